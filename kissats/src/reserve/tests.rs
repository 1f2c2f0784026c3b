//! The rules of the ledger, and that they hold for any sequence of calls.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{InstanceName, ReservationMode, ResourceName, ResourceNeed, Timestamp};

const KEEP: Duration = Duration::from_secs(10);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_start(Duration::from_secs(seconds))
}

fn ledger() -> Ledger {
    Ledger::new(KEEP)
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

fn instance(resource: &str, name: &str) -> InstanceConfig {
    let resource = ResourceName::new(resource).unwrap();
    InstanceConfig::new(resource, InstanceName::new(name).unwrap())
}

fn request(who: &str, needs: &[ResourceNeed]) -> ReservationRequest {
    ReservationRequest::new(Holder::new(who), needs.to_vec())
}

fn seconds(request: ReservationRequest, span: u64) -> ReservationRequest {
    request.lasting(Duration::from_secs(span))
}

fn claim(ledger: &mut Ledger, now: Timestamp, id: PreReservationId) -> Claim {
    match ledger.claim(now, id).unwrap() {
        ClaimAnswer::Claimed(claim) => claim,
        ClaimAnswer::NextSlot(slot) => panic!("{slot:?}"),
    }
}

fn take(ledger: &mut Ledger, who: &str, needs: &[ResourceNeed]) -> Result<Claim, ReserveError> {
    let granted = ledger.request(Timestamp::START, &request(who, needs))?;
    Ok(claim(ledger, Timestamp::START, granted.id))
}

#[test]
fn exclusive_keeps_everybody_else_out_and_shared_lets_shared_in() {
    let mut ledger = ledger();
    let first = take(&mut ledger, "a", &[shared("lan")]).unwrap();
    let second = take(&mut ledger, "b", &[shared("lan")]).unwrap();
    let refused = take(&mut ledger, "c", &[exclusive("lan")]).unwrap_err();
    assert_eq!(refused.to_string(), "`lan` (exclusive) is held by `a`, `b`");
    ledger.release(first.id.into()).unwrap();
    ledger.release(second.id.into()).unwrap();
    let alone = take(&mut ledger, "c", &[exclusive("lan")]).unwrap();
    assert!(take(&mut ledger, "a", &[shared("lan")]).is_err());
    ledger.release(alone.id.into()).unwrap();
    assert!(ledger.is_idle());
}

#[test]
fn a_request_takes_all_or_nothing() {
    let mut ledger = ledger();
    let dut = take(&mut ledger, "a", &[exclusive("dut")]).unwrap();
    assert!(take(&mut ledger, "b", &[exclusive("psu"), exclusive("dut")]).is_err());
    take(&mut ledger, "c", &[exclusive("psu")]).expect("the refused request left nothing behind");
    ledger.release(dut.id.into()).unwrap();
    assert_eq!(
        ledger.release(dut.id.into()),
        Err(ReserveError::NotReserved { id: dut.id })
    );
}

#[test]
fn what_makes_no_request_says_what_would() {
    let mut ledger = ledger();
    for (request, message) in [
        (
            request("a", &[shared("psu"), exclusive("psu")]),
            "`psu` is asked for twice in one request; ask once, for the stronger mode",
        ),
        (
            seconds(request("a", &[shared("psu")]), 0),
            "the reservation would last no time at all; ask for a duration of more than zero",
        ),
    ] {
        let refused = ledger.request(at(0), &request).unwrap_err();
        assert_eq!(refused.to_string(), message);
        assert!(ledger.availability(at(0), &request).is_err());
    }
    assert!(ledger.is_idle() && ledger.resources().is_empty());
}

#[test]
fn the_earliest_window_is_the_one_in_which_all_needs_are_met() {
    let mut ledger = ledger();
    let dut = ledger.request(at(0), &seconds(request("a", &[exclusive("dut")]), 5));
    let later = seconds(request("b", &[exclusive("psu")]), 4).needed_at(at(7));
    let psu = ledger.request(at(0), &later).unwrap();
    assert_eq!((psu.claimable_at, psu.ends_at), (at(7), Some(at(11))));
    // Between 5 and 7 both are free, which is enough for two seconds and not for three.
    let both = request("c", &[exclusive("dut"), exclusive("psu")]);
    let short = seconds(both.clone(), 2);
    let long = seconds(both, 3);
    let answer = ledger.availability(at(0), &long).unwrap();
    assert!(!answer.available);
    assert_eq!(answer.soonest, Some(TimeWindow::new(at(11), Some(at(14)))));
    let refused = ledger.request(at(0), &long.only_then()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`dut` (exclusive) is held by `a`; all that was asked for is free at 11s"
    );
    let granted = ledger.request(at(0), &short).unwrap();
    assert_eq!((granted.claimable_at, granted.expires_at), (at(5), at(7)));
    assert_eq!(
        granted.waits_for.unwrap().to_string(),
        "`dut` (exclusive) is held by `a`"
    );
    assert!(dut.is_ok());
}

#[test]
fn a_claim_before_its_time_is_refused_unless_the_others_have_gone() {
    let mut ledger = ledger();
    let first = ledger.request(at(0), &seconds(request("a", &[exclusive("dut")]), 20));
    let first = claim(&mut ledger, at(0), first.unwrap().id);
    let second = ledger
        .request(at(0), &seconds(request("b", &[exclusive("dut")]), 20))
        .unwrap();
    let too_early = ledger.claim(at(3), second.id).unwrap_err();
    assert_eq!(
        too_early.to_string(),
        "the pre-reservation 2 cannot be claimed yet; claim it at 20s or later"
    );
    ledger.release(first.id.into()).unwrap();
    assert_eq!(
        claim(&mut ledger, at(3), second.id).ends_at,
        Some(at(23)),
        "it comes earlier, and lasts as long"
    );
    // What was wanted for later is not claimed earlier, although nobody is in the way.
    let tonight = seconds(request("c", &[exclusive("psu")]), 5).needed_at(at(100));
    let tonight = ledger.request(at(3), &tonight).unwrap();
    assert!(ledger.claim(at(99), tonight.id).is_err());
    claim(&mut ledger, at(100), tonight.id);
}

#[test]
fn a_late_claim_is_answered_with_the_next_slot() {
    let mut ledger = ledger();
    let late = ledger
        .request(at(0), &request("a", &[exclusive("dut")]))
        .unwrap();
    let taken = ledger.request(at(10), &seconds(request("b", &[exclusive("dut")]), 30));
    claim(&mut ledger, at(10), taken.unwrap().id);
    let Ok(ClaimAnswer::NextSlot(slot)) = ledger.claim(at(12), late.id) else {
        panic!("it came too late")
    };
    assert_ne!(slot.id, late.id);
    assert_eq!((slot.claimable_at, slot.expires_at), (at(40), at(50)));
    assert_eq!(
        ledger.claim(at(12), late.id),
        Err(ReserveError::NotPreReserved { id: late.id }),
        "the offer is made once"
    );
    claim(&mut ledger, at(40), slot.id);
}

#[test]
fn a_late_claim_without_a_next_slot_is_refused() {
    let mut ledger = ledger();
    let late = ledger
        .request(at(0), &request("a", &[exclusive("dut")]))
        .unwrap();
    let forever = ledger
        .request(at(10), &request("b", &[exclusive("dut")]))
        .unwrap();
    claim(&mut ledger, at(10), forever.id);
    let refused = ledger.claim(at(11), late.id).unwrap_err();
    assert_eq!(refused.to_string(), "`dut` (exclusive) is held by `b`");
}

#[test]
fn a_claim_ends_unless_it_is_renewed_and_nobody_comes_next() {
    let mut ledger = ledger();
    let first = ledger.request(at(0), &seconds(request("a", &[exclusive("dut")]), 5));
    let first = claim(&mut ledger, at(0), first.unwrap().id);
    let renew = |ledger: &mut Ledger, now, span| {
        let end = ledger.renew(at(now), first.id, Duration::from_secs(span));
        end.map_err(|error| error.to_string())
    };
    assert_eq!(renew(&mut ledger, 2, 6), Ok(Some(at(8))));
    assert_eq!(renew(&mut ledger, 2, 1), Ok(Some(at(8))), "never shorter");
    let next = ledger.request(at(2), &seconds(request("b", &[exclusive("dut")]), 5));
    assert_eq!(next.unwrap().claimable_at, at(8));
    assert_eq!(
        renew(&mut ledger, 7, 5).unwrap_err(),
        "the reservation 1 cannot be extended beyond 8s: `dut` is set aside for `b`; release it by then"
    );
    assert!(renew(&mut ledger, 8, 5).is_err(), "its time is over");
    assert!(ledger.release(first.id.into()).is_err());
}

#[test]
fn later_shared_requests_do_not_overtake_a_waiting_exclusive_one() {
    let mut ledger = ledger();
    let lan = |who: &str, span| seconds(request(who, &[shared("lan")]), span);
    ledger.request(at(0), &lan("a", 10)).unwrap();
    let alone = seconds(request("b", &[exclusive("lan")]), 5);
    let alone = ledger.request(at(1), &alone).unwrap();
    assert_eq!(alone.claimable_at, at(10));
    let fits = ledger.request(at(2), &lan("c", 8)).unwrap();
    assert_eq!(fits.claimable_at, at(2), "it is gone in time");
    let waits = ledger.request(at(2), &lan("d", 9)).unwrap();
    assert_eq!(waits.claimable_at, at(15));
}

#[test]
fn a_given_up_request_is_free_at_once() {
    let mut ledger = ledger();
    let granted = ledger.request(at(0), &request("a", &[exclusive("dut")]));
    let id = granted.unwrap().id;
    ledger.release(id.into()).unwrap();
    assert!(ledger.is_idle());
    assert!(ledger.release(id.into()).is_err(), "twice is a mistake");
    let granted = ledger.request(at(0), &request("a", &[exclusive("dut")]));
    ledger.expire(at(10));
    assert!(ledger.is_idle());
    ledger
        .release(granted.unwrap().id.into())
        .expect("what has expired may be given up");
}

#[test]
fn a_pool_gives_each_holder_an_instance_with_its_configuration_and_a_growing_token() {
    let mut ledger = ledger();
    for (name, port) in [("psu-1", 5025), ("psu-2", 5026)] {
        let config = json!({ "port": port, "limit": 3.0 });
        ledger.add_instance(instance("psu", name).with_config(config));
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
    ledger.release(first.id.into()).unwrap();
    let again = take(&mut ledger, "c", &[shared("psu")]).unwrap();
    assert!(again.resources[0].token > first.resources[0].token);
    // A second shared holder joins the first although psu-2 may be wanted alone.
    ledger.release(second.id.into()).unwrap();
    let joined = take(&mut ledger, "d", &[shared("psu")]).unwrap();
    assert_eq!(joined.resources[0].instance, again.resources[0].instance);
    assert_eq!(ledger.available_resources(at(0)), ["psu"], "psu-2 is free");
}

#[test]
fn an_undeclared_resource_is_one_private_instance() {
    let mut ledger = ledger();
    let claim = take(&mut ledger, "a", &[exclusive("port 8080")]).unwrap();
    assert_eq!(claim.resources[0].instance, "port 8080");
    assert_eq!(claim.resources[0].config, Value::Null);
    assert_eq!(ledger.resources(), ["port 8080"]);
    assert!(ledger.available_resources(at(0)).is_empty());
    assert_eq!(
        ledger.config(&ResourceName::new("port 8081").unwrap())[0].instance,
        "port 8081"
    );
}

/// One call of a random sequence; numbers pick among what is there.
#[derive(Debug, Clone)]
enum Call {
    Request {
        wanted: BTreeMap<usize, bool>,
        /// Seconds from now.
        in_seconds: u64,
        /// `None` for until released.
        span: Option<u64>,
        next_available: bool,
    },
    Claim(usize),
    Renew(usize, u64),
    Release(usize),
    GiveUp(usize),
    Pass(u64),
}

fn call() -> impl Strategy<Value = Call> {
    let wanted = prop::collection::btree_map(0usize..3, any::<bool>(), 1..4);
    let request = (
        wanted,
        prop_oneof![3 => Just(0), 1 => 0u64..12],
        prop::option::weighted(0.9, 1u64..7),
        prop::bool::weighted(0.8),
    );
    prop_oneof![
        5 => request.prop_map(|(wanted, in_seconds, span, next_available)| Call::Request { wanted, in_seconds, span, next_available }),
        4 => (0usize..8).prop_map(Call::Claim),
        1 => (0usize..8, 0u64..9).prop_map(|(which, span)| Call::Renew(which, span)),
        2 => (0usize..8).prop_map(Call::Release),
        1 => (0usize..8).prop_map(Call::GiveUp),
        3 => (0u64..6).prop_map(Call::Pass),
    ]
}

type Holds = Vec<(u64, ResourceName, usize, ReservationMode, TimeWindow)>;

/// Whether two holds may not stand beside each other.
fn conflict(
    (mode, window): (ReservationMode, TimeWindow),
    (other_mode, other): (ReservationMode, TimeWindow),
) -> bool {
    let both_shared = mode == ReservationMode::Shared && other_mode == ReservationMode::Shared;
    !both_shared && window.overlaps(other)
}

/// Tries every second. `r0` has two instances, the others one.
fn brute_force(
    holds: &Holds,
    request: &ReservationRequest,
    wanted_at: Timestamp,
) -> Option<Timestamp> {
    let free = |start: Timestamp| {
        let window = request.hold_time.from(start);
        request.needs.iter().all(|need| {
            let places = if need.resource == "r0" { 0..2 } else { 0..1 };
            places.into_iter().any(|place| {
                let mut here = holds
                    .iter()
                    .filter(|hold| hold.1 == need.resource && hold.2 == place);
                !here.any(|hold| conflict((need.mode, window), (hold.3, hold.4)))
            })
        })
    };
    (0..400)
        .map(|second| wanted_at + Duration::from_secs(second))
        .find(|start| free(*start))
}

proptest! {
    /// Whatever is called in whatever order: two holds of one instance at one time are both shared,
    /// a refused call changes nothing, the window granted is the earliest there is, tokens grow, and
    /// when all is given back or has ended nothing is left.
    #[test]
    fn the_calendar_keeps_its_promises(calls in prop::collection::vec(call(), 1..80)) {
        let mut ledger = ledger();
        for (resource, names) in [("r0", &["r0-a", "r0-b"][..]), ("r1", &["r1"]), ("r2", &["r2"])] {
            for name in names {
                ledger.add_instance(instance(resource, name));
            }
        }
        let mut now = at(0);
        let mut granted: Vec<PreReservation> = Vec::new();
        let mut claimed: Vec<Claim> = Vec::new();
        let mut tokens = BTreeMap::new();
        let mut wanted_from = BTreeMap::new();
        for (number, call) in calls.into_iter().enumerate() {
            ledger.expire(now);
            let before = ledger.holds();
            let refused = match call {
                Call::Pass(seconds) => {
                    now = now + Duration::from_secs(seconds);
                    continue;
                }
                Call::Request { wanted, in_seconds, span, next_available } => {
                    let needs: Vec<_> = wanted
                        .into_iter()
                        .map(|(resource, alone)| {
                            let mode = if alone { ReservationMode::Exclusive } else { ReservationMode::Shared };
                            need(&format!("r{resource}"), mode)
                        })
                        .collect();
                    let wanted_at = now + Duration::from_secs(in_seconds);
                    let mut request = request(&format!("holder {number}"), &needs).needed_at(wanted_at);
                    if let Some(span) = span {
                        request = seconds(request, span);
                    }
                    request.next_available = next_available;
                    let earliest = brute_force(&before, &request, wanted_at);
                    let answer = ledger.availability(now, &request).unwrap();
                    prop_assert_eq!(answer.soonest.map(|window| window.starts_at), earliest);
                    prop_assert_eq!(answer.available, earliest == Some(wanted_at));
                    match ledger.request(now, &request) {
                        Ok(slot) => {
                            prop_assert_eq!(Some(slot.claimable_at), earliest);
                            prop_assert!(next_available || slot.claimable_at == wanted_at);
                            prop_assert_eq!(slot.waits_for.is_some(), slot.claimable_at > wanted_at);
                            wanted_from.insert(slot.id, wanted_at);
                            granted.push(slot);
                            false
                        }
                        Err(ReserveError::Unavailable { available_at, obstacle }) => {
                            prop_assert_eq!(available_at, earliest);
                            prop_assert!(!next_available || earliest.is_none());
                            prop_assert!(!obstacle.held_by.is_empty());
                            true
                        }
                        Err(other) => return Err(TestCaseError::fail(other.to_string())),
                    }
                }
                Call::Claim(which) if !granted.is_empty() => {
                    let slot = granted.swap_remove(which % granted.len());
                    match ledger.claim(now, slot.id) {
                        Ok(ClaimAnswer::Claimed(claim)) => {
                            prop_assert!(now < slot.expires_at);
                            prop_assert!(wanted_from.get(&slot.id).is_none_or(|wanted| *wanted <= now));
                            for held in &claim.resources {
                                let last = tokens.insert((held.resource.clone(), held.instance.clone()), held.token);
                                prop_assert!(last < Some(held.token));
                            }
                            claimed.push(claim);
                            false
                        }
                        Ok(ClaimAnswer::NextSlot(next)) => {
                            prop_assert!(now >= slot.expires_at && next.id != slot.id);
                            granted.push(next);
                            false
                        }
                        Err(ReserveError::TooEarly { claimable_at, .. }) => {
                            prop_assert!(now < claimable_at && claimable_at == slot.claimable_at);
                            granted.push(slot);
                            true
                        }
                        Err(error) => {
                            prop_assert!(matches!(error, ReserveError::Unavailable { .. }), "{}", error);
                            true
                        }
                    }
                }
                Call::Renew(which, span) if !claimed.is_empty() => {
                    let which = which % claimed.len();
                    let claim = &mut claimed[which];
                    let ended = claim.ends_at.is_some_and(|end| end <= now);
                    match ledger.renew(now, claim.id, Duration::from_secs(span)) {
                        Ok(end) => {
                            prop_assert!(!ended && end.is_some() == claim.ends_at.is_some());
                            prop_assert!(end >= claim.ends_at);
                            claim.ends_at = end;
                            false
                        }
                        Err(ReserveError::CannotRenew { latest_end, .. }) => {
                            prop_assert!(Some(latest_end) >= claim.ends_at);
                            true
                        }
                        Err(error) => {
                            prop_assert!(ended, "{}", error);
                            true
                        }
                    }
                }
                Call::Release(which) if !claimed.is_empty() => {
                    let claim = claimed.swap_remove(which % claimed.len());
                    let ended = claim.ends_at.is_some_and(|end| end <= now);
                    let answer = ledger.release(claim.id.into());
                    prop_assert_eq!(answer.is_err(), ended);
                    answer.is_err()
                }
                Call::GiveUp(which) if !granted.is_empty() => {
                    let slot = granted.swap_remove(which % granted.len());
                    ledger.release(slot.id.into()).unwrap();
                    false
                }
                _ => continue,
            };
            let holds = ledger.holds();
            if refused {
                prop_assert_eq!(&holds, &before);
            }
            for (position, one) in holds.iter().enumerate() {
                for other in &holds[position + 1..] {
                    let same = one.1 == other.1 && one.2 == other.2;
                    prop_assert!(!same || !conflict((one.3, one.4), (other.3, other.4)), "{:?} and {:?}", one, other);
                }
            }
        }
        for claim in claimed.iter().filter(|claim| claim.ends_at.is_none()) {
            ledger.release(claim.id.into()).unwrap();
        }
        ledger.expire(now + Duration::from_secs(10_000));
        prop_assert!(ledger.is_idle(), "{:?}", ledger);
    }
}
