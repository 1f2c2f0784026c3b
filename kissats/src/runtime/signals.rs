//! The signals that ask a run to end, and the thread that waits for them.

#![expect(
    unsafe_code,
    reason = "std starts no thread without memory of its own, and cannot ask what becomes of a signal"
)]

use std::ffi::c_void;
use std::io;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use libc::c_int;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::runtime::same_processor::SameProcessor;

/// What a thread does.
type Job = Box<dyn FnOnce() + Send>;

/// Has a thread call `told` for every SIGINT, SIGTERM and SIGHUP, but not for those that whoever started this
/// process told it to ignore, as `nohup` does.
///
/// # Errors
/// What the system says.
pub(super) fn watch(mut told: impl FnMut() + Send + 'static) -> io::Result<()> {
    let heard = [SIGINT, SIGTERM, SIGHUP].into_iter();
    let mut signals = Signals::new(heard.filter(|signal| !is_ignored(*signal)))?;
    let same = SameProcessor::begin();
    let begun = same.clone();
    start(Box::new(move || {
        drop(begun);
        for _ in signals.forever() {
            told();
        }
    }))?;
    drop(same);
    Ok(())
}

fn is_ignored(signal: c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: nothing is changed, and there is room for what it writes; that is read only if it says so.
    unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// Starts a thread that takes no memory before it has something to do: its first allocation would have the
/// system set up another heap, which takes longer than a short task.
fn start(job: Job) -> io::Result<()> {
    let job = Box::into_raw(Box::new(job));
    let mut thread = MaybeUninit::uninit();
    // SAFETY: `run` takes what it is given, which nobody else has.
    let error = unsafe { libc::pthread_create(thread.as_mut_ptr(), ptr::null(), run, job.cast()) };
    if error != 0 {
        // SAFETY: there is no thread that has it.
        drop(unsafe { Box::from_raw(job) });
        return Err(io::Error::from_raw_os_error(error));
    }
    // SAFETY: it has been started just now, and nobody waits for it.
    unsafe { libc::pthread_detach(thread.assume_init()) };
    Ok(())
}

extern "C" fn run(job: *mut c_void) -> *mut c_void {
    // SAFETY: it comes from `start`, for this thread alone.
    let job = unsafe { Box::from_raw(job.cast::<Job>()) };
    // As in every thread of std: a panic ends it, and not the process.
    let _ = catch_unwind(AssertUnwindSafe(job));
    ptr::null_mut()
}
