//! Several clients of one host, as if they were in several processes.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kissats::{
    AtsClient, AtsError, Availability, ClaimAnswer, HoldId, HostAts, InstanceConfig,
    PreReservation, PreReservationId, ReservationId, ReservationRequest, ResourceName, Timestamp,
};

use crate::ats_contract::bench::host_bench_in;
use crate::ats_contract::hand_clock::HandClock;
use crate::project::own_host;

/// A bench that every thread asks through a client of its own. They have nothing in common but a folder.
#[derive(Debug)]
pub struct Together(Vec<HostAts>);

impl Together {
    /// On a folder of their own.
    #[must_use]
    pub fn new(clock: Arc<HandClock>) -> Self {
        let folder = own_host();
        let client = |_| host_bench_in(&folder, Arc::clone(&clock));
        Self((0..4).map(client).collect())
    }

    fn mine(&self) -> &HostAts {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static THREAD: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
        }
        &self.0[THREAD.get() % self.0.len()]
    }
}

impl AtsClient for Together {
    fn resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        self.mine().resources()
    }

    fn available_resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        self.mine().available_resources()
    }

    fn availability(&self, request: &ReservationRequest) -> Result<Availability, AtsError> {
        self.mine().availability(request)
    }

    fn resource_config(&self, resource: &ResourceName) -> Result<Vec<InstanceConfig>, AtsError> {
        self.mine().resource_config(resource)
    }

    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
        self.mine().request(request)
    }

    fn claim(&self, id: PreReservationId) -> Result<ClaimAnswer, AtsError> {
        self.mine().claim(id)
    }

    fn renew(&self, id: ReservationId, span: Duration) -> Result<Option<Timestamp>, AtsError> {
        self.mine().renew(id, span)
    }

    fn release(&self, id: HoldId) -> Result<(), AtsError> {
        self.mine().release(id)
    }

    fn release_part(&self, id: ReservationId, resource: &ResourceName) -> Result<(), AtsError> {
        self.mine().release_part(id, resource)
    }
}
