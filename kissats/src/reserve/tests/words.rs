//! Short words for what tests ask a ledger.

use std::time::Duration;

use crate::model::{InstanceName, ReservationMode, ResourceName, ResourceNeed, Timestamp};
use crate::reserve::*;

/// How long the ledger of a test waits for a claim.
pub(super) const KEEP: Duration = Duration::from_secs(10);

pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_start(Duration::from_secs(seconds))
}

pub(super) fn ledger() -> Ledger {
    Ledger::new(KEEP)
}

/// With instances of these names behind `resource`.
pub(super) fn ledger_with(resource: &str, instances: &[&str]) -> Ledger {
    let mut ledger = ledger();
    for name in instances {
        ledger.add_instance(instance(resource, name));
    }
    ledger
}

pub(super) fn need(resource: &str, mode: ReservationMode) -> ResourceNeed {
    ResourceNeed::new(ResourceName::new(resource).unwrap(), mode)
}

pub(super) fn exclusive(resource: &str) -> ResourceNeed {
    need(resource, ReservationMode::Exclusive)
}

pub(super) fn shared(resource: &str) -> ResourceNeed {
    need(resource, ReservationMode::Shared)
}

pub(super) fn instance(resource: &str, name: &str) -> InstanceConfig {
    let resource = ResourceName::new(resource).unwrap();
    InstanceConfig::new(resource, InstanceName::new(name).unwrap())
}

pub(super) fn request(who: &str, needs: &[ResourceNeed]) -> ReservationRequest {
    ReservationRequest::new(Holder::new(who), needs.to_vec())
}

pub(super) fn seconds(request: ReservationRequest, span: u64) -> ReservationRequest {
    request.lasting(Duration::from_secs(span))
}

pub(super) fn claim(ledger: &mut Ledger, now: Timestamp, id: PreReservationId) -> Claim {
    match ledger.claim(now, id).unwrap() {
        ClaimAnswer::Claimed(claim) => claim,
        ClaimAnswer::NextSlot(slot) => panic!("{slot:?}"),
    }
}

pub(super) fn take(
    ledger: &mut Ledger,
    who: &str,
    needs: &[ResourceNeed],
) -> Result<Claim, ReserveError> {
    let granted = ledger.request(Timestamp::START, &request(who, needs))?;
    Ok(claim(ledger, Timestamp::START, granted.id))
}
