//! The descriptors of stdout and stderr, and the last chance to write to them.

#![expect(
    unsafe_code,
    reason = "std can neither replace a descriptor, nor make a file without a name, nor say that the process dies; each call is one line"
)]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::sync::OnceLock;

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

/// Has `tell` called if the process aborts or exits. It must do nothing that a signal handler must not:
/// no memory, no locks.
pub(super) fn at_the_end(tell: fn()) -> io::Result<()> {
    use signal_hook::consts::SIGABRT;
    use signal_hook::low_level::{emulate_default_handler, register};

    static TELL: OnceLock<fn()> = OnceLock::new();

    extern "C" fn tell_at_exit() {
        if let Some(tell) = TELL.get() {
            tell();
        }
    }

    TELL.get_or_init(|| tell);
    let aborted = move || {
        tell();
        let _ = emulate_default_handler(SIGABRT);
    };
    // SAFETY: `tell` is promised to be fit for it, and so is the other.
    unsafe { register(SIGABRT, aborted) }?;
    // SAFETY: the function is there as long as the process, and does not unwind: nothing in it panics.
    match unsafe { libc::atexit(tell_at_exit) } {
        0 => Ok(()),
        _ => Err(io::Error::other("no room for another exit function")),
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
