//! The descriptors of stdout and stderr.

#![expect(
    unsafe_code,
    reason = "std can neither replace a descriptor nor make a file without a name; each call is one line"
)]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};

/// Puts `file` where stdout or stderr is. Whoever inherits or uses the descriptor writes there.
pub(super) fn put(file: impl AsFd, descriptor: RawFd) -> io::Result<()> {
    loop {
        // SAFETY: takes two numbers. `file` is open; that the other is replaced is the purpose, and no
        // Rust value owns it.
        if unsafe { libc::dup2(file.as_fd().as_raw_fd(), descriptor) } != -1 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// A file that nobody else can open, gone with its last descriptor. What is written is appended, so
/// that a child with a descriptor of its own overwrites nothing.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn nameless_file(_: &str) -> io::Result<File> {
    use std::os::fd::FromRawFd;

    // SAFETY: the name ends with a zero.
    let descriptor = unsafe { libc::memfd_create(c"kissats".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it has just been opened, and nobody else knows it.
    let file = unsafe { File::from_raw_fd(descriptor) };
    // SAFETY: takes numbers; the descriptor is open.
    if unsafe { libc::fcntl(descriptor, libc::F_SETFL, libc::O_APPEND) } == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(file)
}

/// The same, with a name for a moment.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn nameless_file(name: &str) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    let path = std::env::temp_dir().join(format!("kissats-{}-{name}", std::process::id()));
    let mut options = File::options();
    options.read(true).append(true).create_new(true).mode(0o600);
    let file = options.open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}
