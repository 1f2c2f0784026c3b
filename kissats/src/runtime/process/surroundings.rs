//! What a task finds in its process.

#![expect(
    unsafe_code,
    reason = "std cannot ask whether there are children; the call is one line"
)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// What one task can change and the next would notice, as far as it can be seen from outside of the
/// tasks: their statics are their own affair.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Surroundings {
    folder: Option<PathBuf>,
    variables: Vec<(OsString, OsString)>,
    /// What stdin, stdout and stderr are.
    streams: [Option<(u64, u64)>; 3],
    /// Only where the system tells in passing.
    threads: Option<u64>,
    has_children: bool,
}

impl Surroundings {
    pub(super) fn now() -> Self {
        Self {
            folder: std::env::current_dir().ok(),
            variables: std::env::vars_os().collect(),
            streams: [
                identity(io::stdin().as_fd()),
                identity(io::stdout().as_fd()),
                identity(io::stderr().as_fd()),
            ],
            threads: fs::metadata("/proc/self/task")
                .ok()
                .map(|folder| folder.nlink()),
            has_children: has_children(),
        }
    }
}

/// Which file it is; `None` if it was closed.
fn identity(stream: BorrowedFd<'_>) -> Option<(u64, u64)> {
    let file = File::from(stream.try_clone_to_owned().ok()?);
    let data = file.metadata().ok()?;
    Some((data.dev(), data.ino()))
}

/// Whether there are children, ended or not, that nobody has waited for.
fn has_children() -> bool {
    let mut info = MaybeUninit::uninit();
    let how = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: there is room for what it writes, which is not looked at.
    unsafe { libc::waitid(libc::P_ALL, 0, info.as_mut_ptr(), how) == 0 }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a child is needed to be noticed")]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_child_is_noticed_until_it_is_waited_for() {
        // Other tests of this process may have children too: this one is certain.
        let mut child = Command::new("sleep")
            .arg("1000")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        assert!(Surroundings::now().has_children);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(Surroundings::now().folder.is_some());
    }
}
