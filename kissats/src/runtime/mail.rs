//! What has happened, until the run is told.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::engine::Event;

/// The mail of a run: signals, workers and bodies put there what has happened, and whoever carries the run on
/// takes it out. The mail of a thread is what it is to do.
#[derive(Debug)]
pub(crate) struct Mail<T = Event>(Arc<MailBox<T>>);

#[derive(Debug)]
struct MailBox<T> {
    content: Mutex<Content<T>>,
    has_come: Condvar,
}

#[derive(Debug)]
struct Content<T> {
    letters: VecDeque<T>,
    /// How many wait for one. To wake nobody is a call of the system all the same.
    waiting: u32,
}

impl<T> Default for Mail<T> {
    fn default() -> Self {
        Self(Arc::new(MailBox {
            content: Mutex::new(Content {
                letters: VecDeque::new(),
                waiting: 0,
            }),
            has_come: Condvar::new(),
        }))
    }
}

impl<T> Clone for Mail<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Mail<T> {
    /// Puts something there, and wakes who waits for it.
    pub(super) fn send(&self, letter: T) {
        let mut content = self.content();
        content.letters.push_back(letter);
        let is_waited_for = content.waiting > 0;
        drop(content);
        if is_waited_for {
            self.0.has_come.notify_all();
        }
    }

    /// Puts something there for whoever looks next.
    pub(super) fn put(&self, letter: T) {
        self.content().letters.push_back(letter);
    }

    /// What came first.
    pub(super) fn take(&self) -> Option<T> {
        self.content().letters.pop_front()
    }

    /// What comes first; waits for it.
    pub(super) fn next(&self) -> T {
        loop {
            if let Some(letter) = self.take() {
                return letter;
            }
            self.wait(None);
        }
    }

    /// Waits until there is something, or for so long.
    pub(super) fn wait(&self, at_most: Option<Duration>) {
        let mut content = self.content();
        if !content.letters.is_empty() {
            return;
        }
        content.waiting += 1;
        // Whoever is woken for nothing waits again.
        match at_most {
            Some(at_most) => drop(self.0.has_come.wait_timeout(content, at_most)),
            None => drop(self.0.has_come.wait(content)),
        }
        self.content().waiting -= 1;
    }

    fn content(&self) -> MutexGuard<'_, Content<T>> {
        self.0
            .content
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
