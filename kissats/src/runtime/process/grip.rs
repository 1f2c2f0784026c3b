//! The run's grip on the process of a worker.

#![expect(
    clippy::disallowed_methods,
    reason = "the grace of a process is counted in real time"
)]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::runtime::process::ProcessGroup;

/// How long something that was asked to end may take.
const GRACE: Duration = Duration::from_secs(5);

/// Shared by the run, which may want the process of a task to end, and the thread that waits for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Grip(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    /// The group, while it may be signalled: afterwards its number may be somebody else's.
    group: Option<ProcessGroup>,
    /// It was told to end: when it is to be killed.
    kill_at: Option<Instant>,
}

impl Grip {
    /// The group may be signalled from now on.
    pub(super) fn take_hold(&self, group: ProcessGroup) {
        *self.lock() = Held {
            group: Some(group),
            kill_at: None,
        };
    }

    /// The group must not be signalled any more. Whether it was: a process that was told to end is of
    /// no more use, whatever it has done since.
    pub(super) fn let_go(&self) -> bool {
        std::mem::take(&mut *self.lock()).kill_at.is_some()
    }

    /// Tells the group to end, if there is one: asks first, or kills it at once.
    pub(super) fn end(&self, at_once: bool) {
        let mut held = self.lock();
        let Some(group) = held.group else { return };
        let now = Instant::now();
        if at_once {
            held.kill_at = Some(now);
            group.kill();
        } else if held.kill_at.is_none() {
            held.kill_at = Some(now + GRACE);
            group.terminate();
        }
    }

    /// Whether the group was told to end, and is to be left alone for a while.
    pub(super) fn has_grace(&self) -> bool {
        let kill_at = self.lock().kill_at;
        kill_at.is_some_and(|kill_at| Instant::now() < kill_at)
    }

    /// Whether the group was told to end, and has had its time.
    pub(super) fn is_overdue(&self) -> bool {
        let kill_at = self.lock().kill_at;
        kill_at.is_some_and(|kill_at| Instant::now() >= kill_at)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
