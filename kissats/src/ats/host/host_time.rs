//! The time that all processes of the host go by.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::Timestamp;

/// Nanoseconds since the machine was started, by the clock of a run: nobody can set them, so to set the
/// wall clock frees nothing and blocks nobody.
///
/// If somebody wrote down a later time, before the machine was started anew, that is adopted: the time of
/// the host never goes back, and all processes have the time of the fastest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostTime {
    at_start: u64,
    /// Nanoseconds since 1970. Only numbers begin there.
    wall_at_start: u64,
}

impl HostTime {
    /// Reads the clocks of the machine; `now` is the same moment on the clock of the run.
    #[expect(
        clippy::disallowed_methods,
        reason = "numbers grow although the machine is started anew; it is read once"
    )]
    pub(super) fn read(now: Timestamp) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        Self::at(now, since_boot(), wall.unwrap_or_default())
    }

    /// When the clocks of the machine show this.
    fn at(now: Timestamp, since_boot: Duration, wall: Duration) -> Self {
        let run = now.since(Timestamp::START);
        Self {
            at_start: nanos(since_boot.saturating_sub(run)),
            wall_at_start: nanos(wall.saturating_sub(run)),
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

    /// Below this no number is given: those that were lost with the folder were below it too.
    pub(super) fn least_number(self, now: Timestamp) -> u64 {
        let wall = self
            .wall_at_start
            .saturating_add(nanos(now.since(Timestamp::START)));
        wall / 1000
    }

    /// What was before the run began is its beginning.
    pub(super) fn of_run(self, host: u64) -> Timestamp {
        Timestamp::from_start(Duration::from_nanos(host.saturating_sub(self.at_start)))
    }
}

/// The clock that all processes of the machine have in common, and that goes on as the clock of a run does.
#[expect(
    unsafe_code,
    reason = "std tells differences of this clock only; the call fills a struct of its own"
)]
fn since_boot() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the struct is of the type that the call fills.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    match status {
        0 => Duration::new(seconds, nanos),
        // Then everybody has the time of whoever writes first.
        _ => Duration::ZERO,
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
    fn setting_the_wall_clock_moves_no_instant_and_no_number_down() {
        let hour = Duration::from_secs(3600);
        let boot = Duration::from_secs(50);
        let noon = Duration::from_secs(1_000_000);
        let before = HostTime::at(at(7), boot, noon);
        for wall in [noon - hour, noon + hour] {
            // A process that starts ten seconds later.
            let after = HostTime::at(at(0), boot + Duration::from_secs(10), wall);
            for seconds in [0, 5, 90] {
                assert_eq!(after.of_host(at(seconds)), before.of_host(at(17 + seconds)));
            }
        }
        assert_eq!(before.least_number(at(8)), 1_000_001_000_000);
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
