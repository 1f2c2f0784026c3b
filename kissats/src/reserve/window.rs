//! A stretch of time.

use crate::model::Timestamp;

/// From an instant up to, and not including, another.
///
/// ```
/// # use std::time::Duration;
/// # use kissats::{TimeWindow, Timestamp};
/// let at = |seconds| Timestamp::from_start(Duration::from_secs(seconds));
/// let first = TimeWindow::new(at(0), Some(at(5)));
/// assert!(!first.overlaps(TimeWindow::new(at(5), None)), "one ends where the other starts");
/// assert!(first.overlaps(TimeWindow::new(at(4), None)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct TimeWindow {
    /// The first instant.
    pub starts_at: Timestamp,
    /// The first instant after it; `None` if the end is not known.
    pub ends_at: Option<Timestamp>,
}

impl TimeWindow {
    /// The window from `starts_at` up to `ends_at`.
    #[must_use]
    pub const fn new(starts_at: Timestamp, ends_at: Option<Timestamp>) -> Self {
        Self { starts_at, ends_at }
    }

    /// Whether the two have an instant in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let ends_after = |window: Self, start| window.ends_at.is_none_or(|end| end > start);
        ends_after(self, other.starts_at) && ends_after(other, self.starts_at)
    }
}
