//! A clock for tests.

use std::sync::Mutex;
use std::time::Duration;

use crate::model::{Clock, Timestamp};

/// It stands until somebody moves it.
#[derive(Debug, Default)]
pub(super) struct HandClock(Mutex<Timestamp>);

impl HandClock {
    pub(super) fn set(&self, seconds: u64) {
        *self.0.lock().unwrap() = Timestamp::from_start(Duration::from_secs(seconds));
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
