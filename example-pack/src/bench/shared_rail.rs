//! The shared rail: one [`Rail`] held by the supply at one end and the device at the other.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Rail;

/// A handle on the rail; clones share it.
#[derive(Debug, Clone, Default)]
pub struct SharedRail {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    rail: Mutex<Rail>,
    changed: Condvar,
}

impl SharedRail {
    /// A rail with the settings of [`Rail::new`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the rail.
    pub fn read<T>(&self, look: impl FnOnce(&Rail) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the rail and wakes everyone who waits for a change.
    pub fn change<T>(&self, change: impl FnOnce(&mut Rail) -> T) -> T {
        let answer = change(&mut self.lock());
        self.inner.changed.notify_all();
        answer
    }

    /// Wakes everyone who waits, because something beside the rail has changed.
    pub fn wake(&self) {
        // Taking the lock first closes the gap between a waiter's look and its sleep.
        self.change(|_| ());
    }

    /// Waits until `condition` holds.
    pub fn wait_until(&self, mut condition: impl FnMut(&Rail) -> bool) {
        let waited = self
            .inner
            .changed
            .wait_while(self.lock(), |rail| !condition(rail));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits until `condition` holds, for at most `limit`; answers whether it held.
    pub fn wait_until_within(
        &self,
        limit: Duration,
        mut condition: impl FnMut(&Rail) -> bool,
    ) -> bool {
        let waited = self
            .inner
            .changed
            .wait_timeout_while(self.lock(), limit, |rail| !condition(rail));
        let (_rail, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
        !outcome.timed_out()
    }

    fn lock(&self) -> MutexGuard<'_, Rail> {
        // A rail is settled after every setter, so one left by a panicking thread is still sound.
        self.inner
            .rail
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_rail() {
        let rail = SharedRail::new();
        rail.clone().change(|rail| rail.set_voltage(5.0));
        assert_eq!(rail.read(Rail::voltage), 5.0);
    }

    #[test]
    fn a_change_wakes_the_waiter() {
        let rail = SharedRail::new();
        let waiter = std::thread::spawn({
            let rail = rail.clone();
            move || rail.wait_until(|rail| rail.voltage() > 1.0)
        });
        rail.change(|rail| rail.set_voltage(5.0));
        assert!(waiter.join().is_ok());
    }

    #[test]
    fn waiting_ends_with_the_limit() {
        let rail = SharedRail::new();
        assert!(!rail.wait_until_within(Duration::from_millis(1), Rail::is_powered));
        assert!(rail.wait_until_within(Duration::from_millis(1), |rail| !rail.is_powered()));
    }
}
