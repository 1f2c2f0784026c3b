//! What std cannot do with the open files of a process.

#![expect(
    unsafe_code,
    reason = "std cannot wait for several files, or put one in the place of another; each call is one line"
)]

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

/// Waits until one of the files can be read or has ended, or the time is over; says which.
pub(super) fn wait_for<const N: usize>(
    files: [Option<BorrowedFd<'_>>; N],
    time: Duration,
) -> io::Result<[bool; N]> {
    let mut asked = files.map(|file| libc::pollfd {
        // A negative number stands for nothing.
        fd: file.map_or(-1, |file| file.as_raw_fd()),
        events: libc::POLLIN,
        revents: 0,
    });
    let time = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: as many as are said to be there, and they live until it returns.
    let answer = unsafe { libc::poll(asked.as_mut_ptr(), asked.len() as libc::nfds_t, time) };
    if answer < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
        return Ok([false; N]);
    }
    Ok(asked.map(|asked| asked.revents != 0))
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
