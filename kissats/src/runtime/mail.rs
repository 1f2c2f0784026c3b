//! What has happened, until the run is told.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::engine::Event;

/// The mail of a run: signals, workers and bodies put there what has happened, and whoever carries the run on
/// takes it out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mail(Arc<MailBox>);

#[derive(Debug, Default)]
struct MailBox {
    events: Mutex<VecDeque<Event>>,
    has_come: Condvar,
}

impl Mail {
    /// Puts an event there, and wakes who waits for one.
    pub(super) fn send(&self, event: Event) {
        self.put(event);
        self.0.has_come.notify_all();
    }

    /// Puts an event there for whoever looks next.
    pub(super) fn put(&self, event: Event) {
        self.events().push_back(event);
    }

    /// What came first.
    pub(super) fn take(&self) -> Option<Event> {
        self.events().pop_front()
    }

    /// Waits until there is something, or for so long.
    pub(super) fn wait(&self, at_most: Option<Duration>) {
        let events = self.events();
        if !events.is_empty() {
            return;
        }
        // Whoever is woken for nothing waits again.
        match at_most {
            Some(at_most) => drop(self.0.has_come.wait_timeout(events, at_most)),
            None => drop(self.0.has_come.wait(events)),
        }
    }

    fn events(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.0.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
