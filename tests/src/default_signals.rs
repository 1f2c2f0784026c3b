//! A child that heeds signals, although the tests were started by `nohup` or in the background.

use std::process::Command;

/// Has the program die of SIGINT, SIGTERM and SIGHUP unless it says otherwise, whatever this process ignores:
/// a child inherits that.
#[cfg(unix)]
pub fn with_default_signals(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;

    let reset = || {
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            #[expect(unsafe_code, reason = "nothing in std resets what is ignored")]
            // SAFETY: `signal` may be called between `fork` and `exec`, and no handler is given.
            unsafe {
                libc::signal(signal, libc::SIG_DFL);
            }
        }
        Ok(())
    };
    #[expect(unsafe_code, reason = "nothing in std resets what is ignored")]
    // SAFETY: the closure does nothing but what may be done between `fork` and `exec`.
    unsafe {
        command.pre_exec(reset)
    }
}

/// There are no signals here.
#[cfg(not(unix))]
pub fn with_default_signals(command: &mut Command) -> &mut Command {
    command
}
