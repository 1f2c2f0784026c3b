//! How a program ends a run before its time.

use std::fmt;

use crate::runtime::Interrupts;

/// Ends a run of a [`TaskPack`](crate::TaskPack) from another thread, as Ctrl-C ends that of a test
/// target. Clones end the same run.
///
/// ```
/// # use kissats::{GlobalParams, PackError, StopCause, TaskPack};
/// let mut pack = TaskPack::new(GlobalParams::default())?;
/// let interrupter = pack.interrupter();
/// // For instance: ctrlc::set_handler(move || interrupter.interrupt())
/// std::thread::spawn(move || interrupter.interrupt()).join().unwrap();
/// let summary = pack.run_all_queues()?;
/// assert_eq!(summary.stopped, Some(StopCause::Interrupted));
/// # Ok::<(), PackError>(())
/// ```
#[derive(Clone)]
pub struct Interrupter(Interrupts);

impl Interrupter {
    pub(super) fn new(interrupts: Interrupts) -> Self {
        Self(interrupts)
    }

    /// Once: the task that runs may end, nothing new starts, teardowns run, and everything is given
    /// back; a run that waits for its resources gives up. Twice: what is running is given up, and
    /// teardowns do not run either. A process is ended then, a thread is left behind: it may go on until
    /// this process ends.
    ///
    /// So that it can be left, no task runs on the thread of the caller while there is an `Interrupter`.
    ///
    /// If nothing runs, the next run ends like that. What has not run stays queued.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

impl fmt::Debug for Interrupter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupter").finish_non_exhaustive()
    }
}
