//! The last chance to say something before the process dies.

#![expect(
    unsafe_code,
    reason = "std does not tell of the end of the process; signal-hook refuses SIGSEGV and SIGBUS"
)]

use std::io;
use std::mem::zeroed;
use std::ptr;
use std::sync::OnceLock;

/// What those die of whose stack or memory ends, who abort, and who use memory that is not theirs.
const DEADLY: [i32; 3] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGABRT];

struct LastWords {
    say: fn(),
    /// What was done about [`DEADLY`] before: by the standard library, to say that a stack has overflowed.
    before: [libc::sigaction; DEADLY.len()],
}

static LAST_WORDS: OnceLock<LastWords> = OnceLock::new();

/// Has `say` called when the process exits or dies of its own fault. It must do nothing that a signal handler
/// must not: no memory from the heap, no locks.
pub(super) fn have_last_words(say: fn()) -> io::Result<()> {
    // SAFETY: zeros are the empty action: no flags, no signals blocked, the default.
    let mut before = DEADLY.map(|_| unsafe { zeroed::<libc::sigaction>() });
    for (signal, before) in DEADLY.into_iter().zip(&mut before) {
        // SAFETY: asks only; the pointer is to where the answer has room.
        check(unsafe { libc::sigaction(signal, ptr::null(), before) })?;
    }
    if LAST_WORDS.set(LastWords { say, before }).is_err() {
        return Ok(());
    }
    // SAFETY: as above.
    let mut action = unsafe { zeroed::<libc::sigaction>() };
    action.sa_sigaction = on_signal as *const () as libc::sighandler_t;
    // A stack that has overflowed has no room for it.
    action.sa_flags = libc::SA_ONSTACK;
    for signal in DEADLY {
        // SAFETY: the action is a function of the right shape, which does only what a handler may.
        check(unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) })?;
    }
    // SAFETY: the function is there as long as the process, and does not unwind: nothing in it panics.
    check(unsafe { libc::atexit(on_exit) })
}

extern "C" fn on_exit() {
    if let Some(last_words) = LAST_WORDS.get() {
        (last_words.say)();
    }
}

extern "C" fn on_signal(signal: libc::c_int) {
    let Some(LastWords { say, before }) = LAST_WORDS.get() else {
        return;
    };
    say();
    // Where it happens again now, on return, whoever was there before is asked. Of all of them: there is no
    // room for a second handler on the stack that is left after an overflow.
    for (signal, before) in DEADLY.into_iter().zip(before) {
        // SAFETY: puts back what was there.
        unsafe { libc::sigaction(signal, before, ptr::null_mut()) };
    }
    // Nobody does that again who was told to abort from outside.
    if signal == libc::SIGABRT {
        // SAFETY: takes a number.
        unsafe { libc::raise(signal) };
    }
}

fn check(answer: libc::c_int) -> io::Result<()> {
    match answer {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
