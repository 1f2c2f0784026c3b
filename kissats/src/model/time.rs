//! Instants as the engine sees them: how long after the start of the run.

use std::fmt;
use std::ops::Add;
use std::time::Duration;

/// An instant of a run, counted from its start.
///
/// Everything below `runtime` gets its `now` as an argument of this type, which is why a whole run
/// can be replayed in virtual time.
///
/// ```
/// # use std::time::Duration;
/// # use kissats::Timestamp;
/// let deadline = Timestamp::START + Duration::from_secs(5);
/// assert_eq!(deadline.since(Timestamp::START), Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(Duration);

impl Timestamp {
    /// The start of the run.
    pub const START: Self = Self(Duration::ZERO);

    /// The instant that lies `elapsed` after the start of the run.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use kissats::Timestamp;
    /// assert_eq!(Timestamp::from_start(Duration::from_secs(5)).to_string(), "5s");
    /// ```
    #[must_use]
    pub const fn from_start(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// How long `self` lies after `earlier`; zero if it lies before it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Where `now` comes from.
///
/// `runtime` has the one implementation that reads a real clock; tests move theirs by hand.
///
/// ```
/// # use std::sync::Mutex;
/// # use std::time::Duration;
/// # use kissats::{Clock, Timestamp};
/// /// A clock for tests.
/// #[derive(Default)]
/// struct HandClock(Mutex<Timestamp>);
///
/// impl HandClock {
///     fn advance(&self, span: Duration) {
///         let mut now = self.0.lock().unwrap();
///         *now = *now + span;
///     }
/// }
///
/// impl Clock for HandClock {
///     fn now(&self) -> Timestamp {
///         *self.0.lock().unwrap()
///     }
/// }
///
/// let clock = HandClock::default();
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(clock.now().since(Timestamp::START).as_secs(), 5);
/// ```
pub trait Clock: Send + Sync {
    /// The present instant. Never runs backwards.
    fn now(&self) -> Timestamp;
}
