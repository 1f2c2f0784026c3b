//! stdout and stderr beside the locks of the standard library, which a body that was given up may keep for ever.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// There was a body that was given up: it may have kept stdout, or take it at any time.
static MAY_BE_KEPT: AtomicBool = AtomicBool::new(false);
/// Somebody waits for stdout already.
static IS_WAITED_FOR: AtomicBool = AtomicBool::new(false);

/// How long others may be at writing before they are taken for one that was given up.
const PATIENCE: Duration = Duration::from_millis(100);

/// stdout as it is now: what is written there goes there whatever becomes of stdout while a task runs, and goes in
/// one piece.
pub(crate) fn stdout() -> Box<dyn Write + Send> {
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(BesideBuffer(File::from(descriptor))),
        Err(_) => Box::new(io::stdout()),
    }
}

/// stderr as it is now.
pub(crate) fn stderr() -> Box<dyn Write + Send> {
    match io::stderr().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(File::from(descriptor)),
        Err(_) => Box::new(io::stderr()),
    }
}

/// A body is given up, whatever it keeps.
pub(super) fn may_be_kept() {
    MAY_BE_KEPT.store(true, Relaxed);
}

/// Has written what the standard library still has of stdout, unless somebody keeps that.
#[expect(
    clippy::disallowed_methods,
    reason = "a lock cannot be waited for with a limit"
)]
pub(super) fn flush_stdout() {
    if !MAY_BE_KEPT.load(Relaxed) {
        // If nobody reads it, the next report finds out.
        let _ = io::stdout().flush();
        return;
    }
    if IS_WAITED_FOR.swap(true, Relaxed) {
        return;
    }
    let (done, is_done) = channel();
    let flush = move || {
        let _ = io::stdout().flush();
        IS_WAITED_FOR.store(false, Relaxed);
        let _ = done.send(());
    };
    match thread::Builder::new().spawn(flush) {
        Ok(_) => drop(is_done.recv_timeout(PATIENCE)),
        Err(_) => IS_WAITED_FOR.store(false, Relaxed),
    }
}

/// Beside the buffer of the standard library, which would write up to the last line, and then the rest.
struct BesideBuffer(File);

impl Write for BesideBuffer {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // What stands there comes before.
        flush_stdout();
        self.0.write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
