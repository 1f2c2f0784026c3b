//! What a holder asks for.

use std::time::Duration;

use crate::model::{ResourceNeed, Timestamp};
use crate::reserve::{HoldTime, Holder, ReserveError};

/// What the original reserves for, if nobody says how long.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// Everything that one holder needs at the same time, asked for at once.
///
/// ```
/// # use std::time::Duration;
/// # use kissats::{Holder, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, Timestamp};
/// let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let lan = ResourceNeed::new(ResourceName::new("lan")?, ReservationMode::Shared);
/// let tonight = Timestamp::START + Duration::from_secs(6 * 3600);
/// let request = ReservationRequest::new(Holder::new("soak"), vec![psu, lan])
///     .needed_at(tonight)
///     .lasting(Duration::from_secs(900))
///     .only_then();
/// assert!(!request.next_available);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReservationRequest {
    /// Who asks; shown to those who have to wait.
    pub holder: Holder,
    /// What is needed, each resource once.
    pub needs: Vec<ResourceNeed>,
    /// When it is needed (`time_needed`); `None`, or an instant of the past, is now.
    pub needed_at: Option<Timestamp>,
    /// For how long (`reservation_duration`).
    pub hold_time: HoldTime,
    /// Whether a later window will do. Otherwise then or not at all.
    pub next_available: bool,
    /// Whether a place in line will do, where nobody knows when it can be had: for who asks for it
    /// again and again. Otherwise it is refused.
    pub in_line: bool,
}

impl ReservationRequest {
    /// A request by `holder` for all of `needs`, as soon as possible and until it is released.
    #[must_use]
    pub fn new(holder: Holder, needs: Vec<ResourceNeed>) -> Self {
        Self {
            holder,
            needs,
            needed_at: None,
            hold_time: HoldTime::UntilReleased { estimate: AN_HOUR },
            next_available: true,
            in_line: false,
        }
    }

    /// The same request, not before `instant`.
    #[must_use]
    pub fn needed_at(mut self, instant: Timestamp) -> Self {
        self.needed_at = Some(instant);
        self
    }

    /// The same request for `span`.
    #[must_use]
    pub fn lasting(mut self, span: Duration) -> Self {
        self.hold_time = HoldTime::For(span);
        self
    }

    /// The same request, kept until it is released, which will probably take `estimate`.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use kissats::{Holder, ReservationRequest};
    /// let hour = Duration::from_secs(3600);
    /// let request = ReservationRequest::new(Holder::new("soak"), Vec::new()).until_released(hour);
    /// assert_eq!(request.hold_time.span(), hour);
    /// ```
    #[must_use]
    pub fn until_released(mut self, estimate: Duration) -> Self {
        self.hold_time = HoldTime::UntilReleased { estimate };
        self
    }

    /// The same request, refused if it cannot be met exactly when it is needed.
    #[must_use]
    pub fn only_then(mut self) -> Self {
        self.next_available = false;
        self
    }

    /// The same request; where nobody knows when it can be had, it waits in line for that.
    ///
    /// A place in line is a pre-reservation that may be claimable at any moment. It comes before
    /// whatever is asked for later, as long as its holder claims it again when it is told to.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use kissats::{AtsClient, ClaimAnswer, Holder, LocalAts, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, SystemClock};
    /// let ats = LocalAts::new(Arc::new(SystemClock::start()));
    /// let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
    /// let request = |who| ReservationRequest::new(Holder::new(who), vec![psu.clone()]).in_line();
    /// let ada = ats.request(&request("ada"))?;
    /// let ClaimAnswer::Claimed(ada) = ats.claim(ada.id)? else { panic!("it is in time") };
    ///
    /// let bob = ats.request(&request("bob"))?;
    /// assert!(ats.claim(bob.id).is_err(), "nobody knows when ada goes");
    /// ats.release(ada.id.into())?;
    /// assert!(matches!(ats.claim(bob.id)?, ClaimAnswer::Claimed(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn in_line(mut self) -> Self {
        self.in_line = true;
        self
    }

    /// When it is needed, seen from `now`.
    pub(crate) fn wanted_at(&self, now: Timestamp) -> Timestamp {
        self.needed_at.map_or(now, |instant| instant.max(now))
    }

    /// Whether it is a request at all.
    pub(crate) fn check(&self) -> Result<(), ReserveError> {
        if self.hold_time == HoldTime::For(Duration::ZERO) {
            return Err(ReserveError::EmptyWindow);
        }
        let needs = &self.needs;
        // Whoever needs many has them in order.
        if needs.is_sorted_by(|one, next| one.resource < next.resource) {
            return Ok(());
        }
        let is_twice = |place: &usize| {
            let mut before = needs[..*place].iter();
            before.any(|other| other.resource == needs[*place].resource)
        };
        match (0..needs.len()).find(is_twice) {
            Some(place) => Err(ReserveError::AskedTwice {
                resource: needs[place].resource.clone(),
            }),
            None => Ok(()),
        }
    }
}
