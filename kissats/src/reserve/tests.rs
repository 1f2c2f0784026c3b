//! The rules of the ledger, and that they hold for any sequence of calls.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{InstanceName, ReservationMode, ResourceName, ResourceNeed, Timestamp};

const KEEP: Duration = Duration::from_secs(10);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_start(Duration::from_secs(seconds))
}

fn need(resource: &str, mode: ReservationMode) -> ResourceNeed {
    ResourceNeed::new(ResourceName::new(resource).unwrap(), mode)
}

fn exclusive(resource: &str) -> ResourceNeed {
    need(resource, ReservationMode::Exclusive)
}

fn shared(resource: &str) -> ResourceNeed {
    need(resource, ReservationMode::Shared)
}

fn take(ledger: &mut Ledger, who: &str, needs: &[ResourceNeed]) -> Result<Claim, ReserveError> {
    let granted = ledger.request(Timestamp::START, &Holder::new(who), needs, KEEP)?;
    ledger.claim(Timestamp::START, granted.id)
}

#[test]
fn exclusive_keeps_everybody_else_out_and_shared_lets_shared_in() {
    let mut ledger = Ledger::default();
    let first = take(&mut ledger, "a", &[shared("lan")]).unwrap();
    let second = take(&mut ledger, "b", &[shared("lan")]).unwrap();
    let refused = take(&mut ledger, "c", &[exclusive("lan")]).unwrap_err();
    assert_eq!(refused.to_string(), "`lan` (exclusive) is held by `a`, `b`");
    ledger.release(first.id).unwrap();
    ledger.release(second.id).unwrap();
    let alone = take(&mut ledger, "c", &[exclusive("lan")]).unwrap();
    assert!(take(&mut ledger, "a", &[shared("lan")]).is_err());
    ledger.release(alone.id).unwrap();
    assert!(ledger.is_idle());
}

#[test]
fn a_request_takes_all_or_nothing() {
    let mut ledger = Ledger::default();
    let dut = take(&mut ledger, "a", &[exclusive("dut")]).unwrap();
    assert!(take(&mut ledger, "b", &[exclusive("psu"), exclusive("dut")]).is_err());
    take(&mut ledger, "c", &[exclusive("psu")]).expect("the refused request left nothing behind");
    ledger.release(dut.id).unwrap();
    assert_eq!(
        ledger.release(dut.id),
        Err(ReserveError::NotReserved { id: dut.id })
    );
}

#[test]
fn what_nobody_claims_expires_and_a_late_claim_is_refused() {
    let mut ledger = Ledger::default();
    let granted = ledger
        .request(at(0), &Holder::new("a"), &[exclusive("dut")], KEEP)
        .unwrap();
    let refused = ledger
        .request(at(9), &Holder::new("b"), &[exclusive("dut")], KEEP)
        .unwrap_err();
    assert!(
        matches!(refused, ReserveError::Unavailable { available_at: Some(when), .. } if when == at(10))
    );
    assert!(ledger.claim(at(10), granted.id).is_err());
    ledger
        .request(at(10), &Holder::new("b"), &[exclusive("dut")], KEEP)
        .unwrap();
}

#[test]
fn a_given_up_request_is_free_at_once() {
    let mut ledger = Ledger::default();
    let granted = ledger
        .request(at(0), &Holder::new("a"), &[exclusive("dut")], KEEP)
        .unwrap();
    ledger.abandon(granted.id);
    ledger.abandon(granted.id);
    assert!(ledger.is_idle());
}

#[test]
fn a_pool_gives_each_holder_an_instance_with_its_configuration_and_a_growing_token() {
    let mut ledger = Ledger::default();
    for (name, port) in [("psu-1", 5025), ("psu-2", 5026)] {
        let config = json!({ "port": port, "limit": 3.0 });
        let instance = Instance::new(InstanceName::new(name).unwrap(), config);
        ledger.add_instance(ResourceName::new("psu").unwrap(), instance);
    }
    let wish = exclusive("psu").with_config(json!({ "limit": 1.5 }));
    let first = take(&mut ledger, "a", &[wish]).unwrap();
    assert_eq!(first.resources[0].instance, "psu-1");
    assert_eq!(
        first.resources[0].config,
        json!({ "port": 5025, "limit": 1.5 })
    );
    let second = take(&mut ledger, "b", &[exclusive("psu")]).unwrap();
    assert_eq!(second.resources[0].instance, "psu-2");
    assert!(take(&mut ledger, "c", &[shared("psu")]).is_err());
    ledger.release(first.id).unwrap();
    let again = take(&mut ledger, "c", &[shared("psu")]).unwrap();
    assert!(again.resources[0].token > first.resources[0].token);
    // A second shared holder joins the first although psu-2 may be wanted alone.
    ledger.release(second.id).unwrap();
    let joined = take(&mut ledger, "d", &[shared("psu")]).unwrap();
    assert_eq!(joined.resources[0].instance, again.resources[0].instance);
}

#[test]
fn an_undeclared_resource_is_one_private_instance() {
    let mut ledger = Ledger::default();
    let claim = take(&mut ledger, "a", &[exclusive("port 8080")]).unwrap();
    assert_eq!(claim.resources[0].instance, "port 8080");
    assert_eq!(claim.resources[0].config, Value::Null);
}

proptest! {
    /// Whatever is asked for in whatever order, two holders of one instance are both shared, a
    /// refusal changes nothing, and when all is released nothing is left.
    #[test]
    fn conflicting_claims_never_overlap(
        calls in prop::collection::vec((0usize..6, prop::collection::btree_map(0usize..4, any::<bool>(), 1..4), any::<bool>()), 1..60)
    ) {
        let mut ledger = Ledger::default();
        for name in ["r0-a", "r0-b"] {
            let instance = Instance::new(InstanceName::new(name).unwrap(), Value::Null);
            ledger.add_instance(ResourceName::new("r0").unwrap(), instance);
        }
        let mut held: Vec<Claim> = Vec::new();
        for (who, wanted, releases) in calls {
            if releases && !held.is_empty() {
                let claim = held.swap_remove(who % held.len());
                ledger.release(claim.id).unwrap();
                continue;
            }
            let needs: Vec<_> = wanted
                .into_iter()
                .map(|(resource, alone)| {
                    let mode = if alone { ReservationMode::Exclusive } else { ReservationMode::Shared };
                    need(&format!("r{resource}"), mode)
                })
                .collect();
            if let Ok(claim) = take(&mut ledger, &format!("holder {who}"), &needs) {
                held.push(claim);
            }
            let all: Vec<_> = held.iter().enumerate().flat_map(|(owner, claim)| claim.resources.iter().map(move |held| (owner, held))).collect();
            for (owner, one) in &all {
                for (other_owner, other) in &all {
                    let same = one.resource == other.resource && one.instance == other.instance;
                    let both_shared = one.mode == ReservationMode::Shared && other.mode == ReservationMode::Shared;
                    prop_assert!(owner == other_owner || !same || both_shared, "{one:?} and {other:?}");
                }
            }
        }
        for claim in held {
            ledger.release(claim.id).unwrap();
        }
        prop_assert!(ledger.is_idle());
    }
}
