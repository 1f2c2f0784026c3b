//! A run that holds everything, and lends it to its tasks.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ats::{AtsClient, AtsError, LocalAts, ResourceReservation};
use crate::model::{Clock, FencingToken, HeldResource, ReservationMode, ResourceName, Timestamp};
use crate::reserve::{
    Availability, ClaimAnswer, HoldId, InstanceConfig, PreReservation, PreReservationId,
    ReservationId, ReservationRequest, ReserveError,
};

/// Lends out of one reservation: what the resource mode `all` puts between a run and its ATS.
///
/// Who asks here shares and excludes as anywhere else, but only with those who ask here too. What is
/// not part of the reservation is not known here. Everything that was not given back before is given
/// back when this value is dropped.
///
/// The fencing token of everything that is lent is that of the reservation, because a device sees
/// one holder: the run.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{Acquired, AtsClient, Clock, HeldRun, Holder, LocalAts, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, RetryPolicy, SystemClock, acquire};
/// let clock = Arc::new(SystemClock::start());
/// let ats: Arc<dyn AtsClient> = Arc::new(LocalAts::new(clock.clone()));
/// let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let request = |who| ReservationRequest::new(Holder::new(who), vec![psu.clone()]);
///
/// let Acquired::Held(all) = acquire(&ats, request("the run"), RetryPolicy::default(), clock.now())? else {
///     panic!("nobody else is here");
/// };
/// let run = HeldRun::new(all, clock);
/// assert!(ats.request(&request("somebody else")).is_err());
/// let lent = run.request(&request("a task of the run"))?;
/// run.release(lent.id.into())?;
/// drop(run);
/// assert!(ats.request(&request("somebody else")).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct HeldRun {
    outer: Mutex<ResourceReservation>,
    /// All that was ever held.
    held: Arc<[HeldResource]>,
    inner: LocalAts,
    clock: Arc<dyn Clock>,
}

impl HeldRun {
    /// Lends what `reservation` holds.
    #[must_use]
    pub fn new(reservation: ResourceReservation, clock: Arc<dyn Clock>) -> Self {
        let held = Arc::clone(reservation.resources());
        let inner = held
            .iter()
            .fold(LocalAts::new(Arc::clone(&clock)), |inner, held| {
                inner.with_instance(
                    InstanceConfig::new(held.resource.clone(), held.instance.clone())
                        .with_config(held.config.clone())
                        .with_attributes(held.attributes.clone()),
                )
            });
        Self {
            outer: Mutex::new(reservation),
            held,
            inner,
            clock,
        }
    }

    /// Gives back to the owner what nobody of the run needs any more. From then on it is not lent.
    ///
    /// What somebody still has of it is not asked: whoever gives it back must know.
    ///
    /// ```
    /// # use kissats::{AtsError, HeldRun, ResourceName};
    /// fn is_done_with(run: &HeldRun, oven: &ResourceName) -> Result<(), AtsError> {
    ///     run.give_back(oven)
    /// }
    /// ```
    ///
    /// # Errors
    /// Whatever the owner answers; the run holds it until its end then.
    pub fn give_back(&self, resource: &ResourceName) -> Result<(), AtsError> {
        self.outer().release_part(resource)
    }

    /// Refuses what the run does not hold, or holds together with others only.
    fn check(&self, request: &ReservationRequest) -> Result<(), ReserveError> {
        for need in &request.needs {
            let (mode, _) = self.find(&need.resource)?;
            if mode == ReservationMode::Shared && need.mode == ReservationMode::Exclusive {
                return Err(ReserveError::SharedOnly {
                    resource: need.resource.clone(),
                });
            }
        }
        Ok(())
    }

    /// How it is held at this moment, and with which token.
    fn find(
        &self,
        resource: &ResourceName,
    ) -> Result<(ReservationMode, FencingToken), ReserveError> {
        let is_it = |held: &&HeldResource| held.resource == *resource;
        if let Some(held) = self.outer().resources().iter().find(is_it) {
            return Ok((held.mode, held.token));
        }
        let resource = resource.clone();
        if self.held.iter().any(|held| is_it(&held)) {
            return Err(ReserveError::GivenBack { resource });
        }
        let known = self.held.iter().map(|held| held.resource.clone()).collect();
        Err(ReserveError::UnknownResource { resource, known })
    }

    fn only_held(&self, resources: Vec<ResourceName>) -> Vec<ResourceName> {
        let resources = resources.into_iter();
        resources.filter(|name| self.find(name).is_ok()).collect()
    }

    /// Sees to it that the reservation of the run lasts at least until `instant`.
    fn last_until(&self, instant: Timestamp) -> Result<(), AtsError> {
        let mut outer = self.outer();
        match outer.ends_at() {
            Some(end) if end < instant => outer.renew(instant.since(self.clock.now())),
            _ => Ok(()),
        }
    }

    fn outer(&self) -> MutexGuard<'_, ResourceReservation> {
        self.outer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AtsClient for HeldRun {
    fn resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        Ok(self.only_held(self.inner.resources()?))
    }

    fn available_resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        Ok(self.only_held(self.inner.available_resources()?))
    }

    fn availability(&self, request: &ReservationRequest) -> Result<Availability, AtsError> {
        self.check(request)?;
        self.inner.availability(request)
    }

    fn resource_config(&self, resource: &ResourceName) -> Result<Vec<InstanceConfig>, AtsError> {
        self.find(resource)?;
        self.inner.resource_config(resource)
    }

    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
        self.check(request)?;
        let granted = self.inner.request(request)?;
        let end = granted.claimable_at + request.hold_time.span();
        if let Err(error) = self.last_until(end) {
            self.inner.release(granted.id.into())?;
            return Err(error);
        }
        Ok(granted)
    }

    fn claim(&self, id: PreReservationId) -> Result<ClaimAnswer, AtsError> {
        let mut answer = self.inner.claim(id)?;
        if let ClaimAnswer::Claimed(claim) = &mut answer {
            for lent in &mut claim.resources {
                (_, lent.token) = self.find(&lent.resource)?;
            }
        }
        Ok(answer)
    }

    fn renew(&self, id: ReservationId, span: Duration) -> Result<Option<Timestamp>, AtsError> {
        self.last_until(self.clock.now() + span)?;
        self.inner.renew(id, span)
    }

    fn release(&self, id: HoldId) -> Result<(), AtsError> {
        self.inner.release(id)
    }

    fn release_part(&self, id: ReservationId, resource: &ResourceName) -> Result<(), AtsError> {
        self.inner.release_part(id, resource)
    }
}

impl fmt::Debug for HeldRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldRun")
            .field("outer", &*self.outer())
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
