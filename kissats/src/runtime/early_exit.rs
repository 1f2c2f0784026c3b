//! A task that ends the process.

#![expect(
    unsafe_code,
    reason = "std does not tell of the end of the process, and cannot change its exit code"
)]

use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::runtime::exit::FAILED;
use crate::runtime::say;

/// The process that has a run; none is 0. A fork of it has none, and may end as it likes.
static OF_PROCESS: AtomicU32 = AtomicU32::new(0);
static REGISTERED: Once = Once::new();

/// While it lives, this process fails when it exits: the code would be that of a task, which knows nothing of
/// those that were not run.
#[derive(Debug)]
#[must_use = "dropping it leaves the exit code to whoever exits"]
pub(crate) struct EarlyExit(());

impl EarlyExit {
    /// From now on.
    pub(crate) fn fails() -> Self {
        REGISTERED.call_once(|| {
            // SAFETY: the function is there as long as the process, and does not unwind: nothing in it panics.
            // If there is no room for another function, all is as it would be without it.
            let _ = unsafe { libc::atexit(on_exit) };
        });
        OF_PROCESS.store(process::id(), Ordering::Relaxed);
        Self(())
    }

    /// The process is ended by the run itself.
    pub(super) fn is_meant() {
        OF_PROCESS.store(0, Ordering::Relaxed);
    }
}

impl Drop for EarlyExit {
    fn drop(&mut self) {
        Self::is_meant();
    }
}

extern "C" fn on_exit() {
    if OF_PROCESS.load(Ordering::Relaxed) == process::id() {
        say(
            "a task has ended this process, and the run with it: whatever was not reported has failed \
             (`process_safe = true` and `--run-mode process` give a task a process of its own)",
        );
        // SAFETY: takes a number. Functions that were registered earlier are not called; those of later ones were.
        unsafe { libc::_exit(i32::from(FAILED)) }
    }
}
