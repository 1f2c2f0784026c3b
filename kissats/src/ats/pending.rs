//! A pre-reservation as an owned value.

use std::fmt;
use std::sync::Arc;

use crate::ats::{AtsClient, AtsError, ResourceReservation, RetryPolicy};
use crate::model::Timestamp;
use crate::reserve::{ClaimAnswer, Obstacle, PreReservation, ReservationRequest, ReserveError};

/// What a holder has after it asked: everything, or a slot in which it will have everything.
///
/// There is no third way, so this may be matched without a last arm.
///
/// ```
/// # use kissats::{Acquired, Timestamp};
/// fn come_again_at(acquired: &Acquired) -> Option<Timestamp> {
///     match acquired {
///         Acquired::Held(_) => None,
///         Acquired::NotBefore(pending) => Some(pending.claimable_at()),
///     }
/// }
/// ```
#[derive(Debug)]
#[must_use = "dropping it gives everything back"]
pub enum Acquired {
    /// Everything is held.
    Held(ResourceReservation),
    /// Everything is set aside for later: claim it then.
    NotBefore(PendingReservation),
}

/// What is set aside and not claimed yet: given up when this value is dropped.
///
/// To claim it is to give it away, so it cannot be claimed twice. See [`acquire`](crate::acquire).
///
/// ```
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// # use kissats::{Acquired, AtsClient, Clock, Holder, LocalAts, PendingReservation, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, RetryPolicy, SystemClock};
/// # let clock = SystemClock::start();
/// # let client: Arc<dyn AtsClient> = Arc::new(LocalAts::new(Arc::new(clock)));
/// # let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let tonight = clock.now() + Duration::from_secs(6 * 3600);
/// let request = ReservationRequest::new(Holder::new("soak"), vec![psu]).needed_at(tonight);
/// let pending = PendingReservation::request(client, request, RetryPolicy::default(), clock.now())?;
/// assert_eq!(pending.claimable_at(), tonight);
/// assert!(pending.expires_at() > tonight && pending.late_claims() == 0);
/// assert_eq!(pending.wish().needs[0].resource, "psu");
/// // Claimed too early, it comes back.
/// let Acquired::NotBefore(pending) = pending.claim()? else { panic!("it is not night yet") };
/// drop(pending); // gives up its place
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropping a pending reservation gives up what is set aside"]
pub struct PendingReservation {
    client: Arc<dyn AtsClient>,
    /// In a box, because this value is handed from one to another.
    request: Box<ReservationRequest>,
    policy: RetryPolicy,
    wanted_at: Timestamp,
    late_claims: u32,
    granted: PreReservation,
    /// Whether `granted` is still to be given up when nobody claims it.
    is_open: bool,
}

impl PendingReservation {
    /// Asks `client` for everything in `request`; `now` is when the wait begins to count.
    ///
    /// # Errors
    /// Whatever the client answers.
    pub fn request(
        client: Arc<dyn AtsClient>,
        request: ReservationRequest,
        policy: RetryPolicy,
        now: Timestamp,
    ) -> Result<Self, AtsError> {
        let granted = client.request(&request)?;
        let wanted_at = request.wanted_at(now);
        Ok(Self {
            client,
            request: Box::new(request),
            policy,
            wanted_at,
            late_claims: 0,
            granted,
            is_open: true,
        })
    }

    /// From when on it may be claimed. Earlier is worth a try when something was given back.
    #[must_use]
    pub fn claimable_at(&self) -> Timestamp {
        self.granted.claimable_at
    }

    /// When it is given to others if nobody has claimed it.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.granted.expires_at
    }

    /// What was asked for.
    #[must_use]
    pub fn wish(&self) -> &ReservationRequest {
        &self.request
    }

    /// How often a claim came too late so far: the original's `retry_count`.
    #[must_use]
    pub fn late_claims(&self) -> u32 {
        self.late_claims
    }

    /// Who is in the way until then, if anybody is and the owner says so.
    ///
    /// ```
    /// # use kissats::PendingReservation;
    /// fn say(pending: &PendingReservation) {
    ///     match pending.waits_for() {
    ///         Some(obstacle) => println!("{obstacle}; it is mine at {}", pending.claimable_at()),
    ///         None => println!("nobody is in the way"),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn waits_for(&self) -> Option<&Obstacle> {
        self.granted.waits_for.as_ref()
    }

    /// Claims it. One that came too late adopts the next slot, as often as the policy allows; one
    /// that came too early is handed back. The owner's clock decides, not the holder's.
    ///
    /// # Errors
    /// [`AtsError::RetriesExhausted`], [`AtsError::WaitExceeded`], and whatever else the client
    /// answers. Nothing is set aside then.
    pub fn claim(mut self) -> Result<Acquired, AtsError> {
        loop {
            match self.client.claim(self.granted.id) {
                Ok(ClaimAnswer::Claimed(claim)) => {
                    self.is_open = false;
                    let client = Arc::clone(&self.client);
                    return Ok(Acquired::Held(ResourceReservation::new(client, claim)));
                }
                Ok(ClaimAnswer::NextSlot(slot)) => {
                    self.granted = slot;
                    self.count_late_claim()?;
                }
                Err(AtsError::Refused {
                    source:
                        ReserveError::TooEarly {
                            claimable_at,
                            waits_for,
                            ..
                        },
                }) => {
                    self.granted.claimable_at = claimable_at;
                    if waits_for.is_some() {
                        self.granted.waits_for = waits_for;
                    }
                    self.check_wait()?;
                    return Ok(Acquired::NotBefore(self));
                }
                Err(AtsError::Refused {
                    source: ReserveError::NotPreReserved { .. },
                }) => {
                    self.is_open = false;
                    self.count_late_claim()?;
                    self.granted = self.client.request(&self.request)?;
                    self.is_open = true;
                }
                Err(other) => return Err(other),
            }
        }
    }

    fn count_late_claim(&mut self) -> Result<(), AtsError> {
        self.late_claims += 1;
        if self.late_claims > self.policy.max_retry {
            return Err(AtsError::RetriesExhausted {
                tries: self.late_claims,
            });
        }
        Ok(())
    }

    fn check_wait(&self) -> Result<(), AtsError> {
        match self.policy.max_wait {
            Some(max_wait) if self.granted.claimable_at > self.wanted_at + max_wait => {
                Err(AtsError::WaitExceeded {
                    max_wait,
                    available_at: (!self.granted.in_line).then_some(self.granted.claimable_at),
                    waits_for: self.granted.waits_for.clone(),
                })
            }
            _ => Ok(()),
        }
    }
}

impl Drop for PendingReservation {
    fn drop(&mut self) {
        if self.is_open {
            // Nobody is left to be told; the owner lets it expire.
            let _ = self.client.release(self.granted.id.into());
        }
    }
}

impl fmt::Debug for PendingReservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingReservation")
            .field("request", &self.request)
            .field("granted", &self.granted)
            .field("late_claims", &self.late_claims)
            .finish_non_exhaustive()
    }
}
