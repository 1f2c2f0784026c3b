//! Resources owned by this process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ats::{AtsClient, AtsError};
use crate::model::{Clock, ResourceName, Timestamp};
use crate::reserve::{
    Availability, ClaimAnswer, HoldId, InstanceConfig, Ledger, PreReservation, PreReservationId,
    ReservationId, ReservationRequest,
};

/// The ATS inside this process: the ledger behind a lock.
///
/// A resource that was not declared is one private instance of its name, so a pack runs without any
/// declaration. What this process holds is free when the process ends, however it ends.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClient, InstanceConfig, InstanceName, LocalAts, ResourceName, SystemClock, json};
/// let psu = ResourceName::new("psu")?;
/// let first = InstanceConfig::new(psu.clone(), InstanceName::new("psu-1")?);
/// let second = InstanceConfig::new(psu.clone(), InstanceName::new("psu-2")?);
/// let ats = LocalAts::new(Arc::new(SystemClock::start()))
///     .with_instance(first.with_config(json!({ "port": 5025 })))
///     .with_instance(second.with_config(json!({ "port": 5026 })));
/// assert_eq!(ats.resources()?, [psu.clone()]);
/// assert_eq!(ats.resource_config(&psu)?[1].config, json!({ "port": 5026 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LocalAts {
    ledger: Mutex<Ledger>,
    clock: Arc<dyn Clock>,
}

impl LocalAts {
    /// An ATS without declared resources.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            ledger: Mutex::default(),
            clock,
        }
    }

    /// Puts one more instance behind its resource.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use kissats::{AtsClient, InstanceConfig, InstanceName, LocalAts, ResourceName, SystemClock};
    /// let psu = InstanceConfig::new(ResourceName::new("psu")?, InstanceName::new("psu-1")?);
    /// let ats = LocalAts::new(Arc::new(SystemClock::start())).with_instance(psu.clone());
    /// assert_eq!(ats.resource_config(&psu.resource)?, [psu]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_instance(self, instance: InstanceConfig) -> Self {
        self.ledger().add_instance(instance);
        self
    }

    /// The ledger's own calls do not panic half-way, so a poisoned lock guards a sound ledger.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the clock while the ledger is locked, so that its calls come in order of time.
    fn now_with_ledger(&self) -> (MutexGuard<'_, Ledger>, Timestamp) {
        let ledger = self.ledger();
        let now = self.clock.now();
        (ledger, now)
    }
}

impl AtsClient for LocalAts {
    fn resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        Ok(self.ledger().resources())
    }

    fn available_resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        let (mut ledger, now) = self.now_with_ledger();
        Ok(ledger.available_resources(now))
    }

    fn availability(&self, request: &ReservationRequest) -> Result<Availability, AtsError> {
        let (mut ledger, now) = self.now_with_ledger();
        Ok(ledger.availability(now, request)?)
    }

    fn resource_config(&self, resource: &ResourceName) -> Result<Vec<InstanceConfig>, AtsError> {
        Ok(self.ledger().config(resource))
    }

    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
        let (mut ledger, now) = self.now_with_ledger();
        Ok(ledger.request(now, request)?)
    }

    fn claim(&self, id: PreReservationId) -> Result<ClaimAnswer, AtsError> {
        let (mut ledger, now) = self.now_with_ledger();
        Ok(ledger.claim(now, id)?)
    }

    fn renew(&self, id: ReservationId, span: Duration) -> Result<Option<Timestamp>, AtsError> {
        let (mut ledger, now) = self.now_with_ledger();
        Ok(ledger.renew(now, id, span)?)
    }

    fn release(&self, id: HoldId) -> Result<(), AtsError> {
        let (mut ledger, now) = self.now_with_ledger();
        ledger.expire(now);
        Ok(ledger.release(id)?)
    }

    fn release_part(&self, id: ReservationId, resource: &ResourceName) -> Result<(), AtsError> {
        let (mut ledger, now) = self.now_with_ledger();
        ledger.expire(now);
        Ok(ledger.release_part(id, resource)?)
    }
}

impl fmt::Debug for LocalAts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalAts")
            .field("ledger", &*self.ledger())
            .finish_non_exhaustive()
    }
}
