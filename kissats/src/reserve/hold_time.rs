//! How long something is wanted.

use std::time::Duration;

use crate::model::Timestamp;
use crate::reserve::TimeWindow;

/// How long a holder wants to keep what it asks for.
///
/// ```
/// # use std::time::Duration;
/// # use kissats::{HoldTime, Holder, ReservationRequest};
/// let request = ReservationRequest::new(Holder::new("me"), Vec::new());
/// assert!(matches!(request.hold_time, HoldTime::UntilReleased { .. }));
/// let a_minute = Duration::from_secs(60);
/// assert_eq!(request.lasting(a_minute).hold_time, HoldTime::For(a_minute));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HoldTime {
    /// So long; then it ends by itself, unless it is renewed before.
    For(Duration),
    /// Until it is given back. Nothing can be planned behind it.
    UntilReleased {
        /// How long that will probably be, for an owner that lends for a limited time only.
        estimate: Duration,
    },
}

impl HoldTime {
    /// How long it will last, as far as anybody knows: for an owner that treats both alike.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use kissats::HoldTime;
    /// let a_minute = Duration::from_secs(60);
    /// assert_eq!(HoldTime::For(a_minute).span(), a_minute);
    /// assert_eq!(HoldTime::UntilReleased { estimate: a_minute }.span(), a_minute);
    /// ```
    #[must_use]
    pub const fn span(self) -> Duration {
        match self {
            Self::For(span) | Self::UntilReleased { estimate: span } => span,
        }
    }

    /// The window of this length from `starts_at`.
    pub(crate) fn from(self, starts_at: Timestamp) -> TimeWindow {
        let ends_at = match self {
            Self::For(span) => Some(starts_at + span),
            Self::UntilReleased { .. } => None,
        };
        TimeWindow::new(starts_at, ends_at)
    }
}
