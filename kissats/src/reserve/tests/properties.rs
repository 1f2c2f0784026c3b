//! The promises of the calendar, for any sequence of calls.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::words::*;
use crate::model::{ReservationMode, ResourceName, Timestamp};
use crate::reserve::*;

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
