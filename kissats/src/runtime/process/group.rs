//! A worker and everything it has started.

#![expect(
    unsafe_code,
    reason = "std cannot signal a process group or replace stdin; each call is one line and has no precondition"
)]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

/// The process group that a worker leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProcessGroup(i32);

impl ProcessGroup {
    /// The group of a child that was started as the leader of one and has not been waited for: until
    /// then its number is nobody else's.
    pub(super) fn of_leader(id: u32) -> Option<Self> {
        i32::try_from(id).ok().filter(|id| *id > 1).map(Self)
    }

    /// Asks all of them to end.
    pub(super) fn terminate(self) {
        self.signal(libc::SIGTERM);
    }

    /// Ends all of them.
    pub(super) fn kill(self) {
        self.signal(libc::SIGKILL);
    }

    fn signal(self, signal: i32) {
        // SAFETY: takes two numbers. A group that is gone is an error that changes nothing.
        unsafe { libc::kill(-self.0, signal) };
    }
}

/// Ends this process and everything it has started, if it leads its group.
pub(super) fn kill_own_group() {
    // SAFETY: takes two numbers.
    unsafe { libc::kill(0, libc::SIGKILL) };
}

/// Puts nothing where stdin was: a task that reads sees the end at once.
pub(in crate::runtime) fn empty_stdin() -> io::Result<()> {
    let nothing = File::open("/dev/null")?;
    // SAFETY: both are open; that stdin is replaced is the purpose, and no Rust value owns it.
    match unsafe { libc::dup2(nothing.as_raw_fd(), libc::STDIN_FILENO) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
