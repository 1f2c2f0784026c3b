//! The clock of a run.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads a clock"
)]

use std::time::Instant;

use crate::model::{Clock, Timestamp};

/// The real time, counted from when this value was made.
///
/// ```
/// # use kissats::{Clock, SystemClock, Timestamp};
/// let clock = SystemClock::start();
/// assert!(clock.now() >= Timestamp::START);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_start(self.started.elapsed())
    }
}
