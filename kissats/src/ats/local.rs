//! Resources owned by this process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

use crate::ats::{AtsClient, AtsError, ReservationRequest};
use crate::model::{Clock, InstanceName, ResourceName};
use crate::reserve::{Claim, Instance, Ledger, PreReservation, PreReservationId, ReservationId};

/// How long a granted request waits for its claim.
const KEEP: Duration = Duration::from_secs(60);

/// The ATS inside this process: the ledger behind a lock.
///
/// A resource that was not declared is one private instance of its name, so a pack runs without any
/// declaration. What this process holds is free when the process ends, however it ends.
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

    /// Puts one more instance behind `resource`, with the configuration that its holder finds.
    #[must_use]
    pub fn with_instance(
        self,
        resource: ResourceName,
        instance: InstanceName,
        config: Value,
    ) -> Self {
        self.with_described_instance(resource, instance, config, Map::new())
    }

    /// The same, with attributes: what sets the instance apart from others of its pool.
    #[must_use]
    pub fn with_described_instance(
        self,
        resource: ResourceName,
        instance: InstanceName,
        config: Value,
        attributes: Map<String, Value>,
    ) -> Self {
        let instance = Instance::new(instance, config).with_attributes(attributes);
        self.ledger().add_instance(resource, instance);
        self
    }

    /// The ledger's own calls do not panic half-way, so a poisoned lock guards a sound ledger.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AtsClient for LocalAts {
    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
        Ok(self
            .ledger()
            .request(self.clock.now(), &request.holder, &request.needs, KEEP)?)
    }

    fn claim(&self, id: PreReservationId) -> Result<Claim, AtsError> {
        Ok(self.ledger().claim(self.clock.now(), id)?)
    }

    fn release(&self, id: ReservationId) -> Result<(), AtsError> {
        Ok(self.ledger().release(id)?)
    }

    fn abandon(&self, id: PreReservationId) -> Result<(), AtsError> {
        self.ledger().abandon(id);
        Ok(())
    }
}

impl fmt::Debug for LocalAts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalAts")
            .field("ledger", &*self.ledger())
            .finish_non_exhaustive()
    }
}
