//! When something could be had.

use crate::reserve::TimeWindow;

/// The answer to "could I have this?", without asking for it.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClient, Holder, LocalAts, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, SystemClock};
/// let ats = LocalAts::new(Arc::new(SystemClock::start()));
/// let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let answer = ats.availability(&ReservationRequest::new(Holder::new("me"), vec![psu]))?;
/// assert!(answer.available);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Availability {
    /// Whether it could be had exactly when it is wanted.
    pub available: bool,
    /// The soonest window in which all of it could be had; `None` as long as something is held
    /// without a known end.
    pub soonest: Option<TimeWindow>,
}

impl Availability {
    /// An answer, for a client that has it from elsewhere.
    #[must_use]
    pub const fn new(available: bool, soonest: Option<TimeWindow>) -> Self {
        Self { available, soonest }
    }
}
