//! The time that all processes of the host go by.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::Timestamp;

/// Nanoseconds since 1970, by the clock of a run.
///
/// The wall clock is read once; from then on the clock of the run, which no one can set, goes on. If
/// somebody wrote down a later time, that is adopted: the time of the host never goes back, and all
/// processes have the time of the fastest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostTime {
    at_start: u64,
}

impl HostTime {
    /// Reads the wall clock; `now` is the same moment on the clock of the run.
    #[expect(
        clippy::disallowed_methods,
        reason = "processes have no other clock in common; it is read once"
    )]
    pub(super) fn read(now: Timestamp) -> Self {
        let wall = SystemTime::now();
        let since = wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            at_start: nanos(since).saturating_sub(nanos(now.since(Timestamp::START))),
        }
    }

    /// Goes on from `seen` if that is later than `now`; `true` if it is.
    pub(super) fn adopt(&mut self, seen: u64, now: Timestamp) -> bool {
        let ahead = seen.saturating_sub(self.of_host(now));
        self.at_start = self.at_start.saturating_add(ahead);
        ahead > 0
    }

    pub(super) fn of_host(self, instant: Timestamp) -> u64 {
        self.at_start
            .saturating_add(nanos(instant.since(Timestamp::START)))
    }

    /// What was before the run began is its beginning.
    pub(super) fn of_run(self, host: u64) -> Timestamp {
        Timestamp::from_start(Duration::from_nanos(host.saturating_sub(self.at_start)))
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_start(Duration::from_secs(seconds))
    }

    #[test]
    fn instants_come_back_as_they_were() {
        let time = HostTime::read(at(5));
        for instant in [at(0), at(5), at(100_000)] {
            assert_eq!(time.of_run(time.of_host(instant)), instant);
        }
        assert_eq!(time.of_run(0), Timestamp::START);
    }

    #[test]
    fn it_never_goes_back_and_goes_on_from_what_was_seen() {
        let mut time = HostTime::read(at(0));
        let now = time.of_host(at(10));
        assert!(!time.adopt(now - 1, at(10)));
        assert_eq!(time.of_host(at(10)), now);
        assert!(time.adopt(now + 7, at(10)));
        assert_eq!(time.of_host(at(10)), now + 7);
        assert_eq!(time.of_host(at(11)), now + 7 + 1_000_000_000);
    }
}
