//! What becomes of what was granted: claimed, renewed, given back, lapsed.

use std::time::Duration;

use super::words::*;
use crate::reserve::ledger::LAPSED_KEPT;
use crate::reserve::*;

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
        "the pre-reservation 2 cannot be claimed yet: `dut` (exclusive) is held by `a`; claim it at 20s or later"
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
fn a_part_of_a_claim_is_free_and_the_rest_is_held() {
    let mut ledger = ledger();
    let needs = [exclusive("dut"), shared("lan"), exclusive("psu")];
    let granted = ledger.request(at(0), &seconds(request("a", &needs), 20));
    let id = granted.unwrap().id;
    let psu = exclusive("psu").resource;
    let early = ReservationId::from_number(id.number());
    assert!(
        ledger.release_part(early, &psu).is_err(),
        "it is not claimed yet"
    );
    let id = claim(&mut ledger, at(0), id).id;
    ledger.release_part(id, &psu).unwrap();
    assert!(ledger.release_part(id, &psu).is_err(), "twice is a mistake");
    let free = ledger.request(at(0), &request("b", &[exclusive("psu")]));
    assert_eq!(free.unwrap().claimable_at, at(0));
    for held in ["dut", "lan"] {
        let next = ledger.request(at(0), &request("c", &[exclusive(held)]));
        assert_eq!(next.unwrap().claimable_at, at(20));
    }
    for part in [exclusive("dut"), shared("lan")] {
        ledger.release_part(id, &part.resource).unwrap();
    }
    ledger
        .release(id.into())
        .expect("there is nothing left of it");
}

#[test]
fn at_its_time_a_claim_gets_the_instance_that_was_set_aside() {
    let mut ledger = ledger_with("psu", &["psu-1", "psu-2"]);
    let mut hold = |who, span| {
        let granted = ledger.request(at(0), &seconds(request(who, &[exclusive("psu")]), span));
        granted.unwrap()
    };
    let first = hold("a", 9);
    hold("b", 5);
    let third = hold("c", 5);
    assert_eq!(third.claimable_at, at(5), "behind `b`");
    ledger.release(first.id.into()).unwrap();
    let third = claim(&mut ledger, at(5), third.id);
    assert_eq!(third.resources[0].instance, "psu-2");
}

#[test]
fn the_late_are_remembered_up_to_a_number_the_latest_first() {
    let mut ledger = ledger();
    let granted: Vec<PreReservationId> = (0..=LAPSED_KEPT)
        .map(|_| ledger.request(at(0), &request("a", &[shared("lan")])))
        .map(|granted| granted.unwrap().id)
        .collect();
    ledger.expire(at(10));
    let forgotten = granted[0];
    assert_eq!(
        ledger.claim(at(10), forgotten),
        Err(ReserveError::NotPreReserved { id: forgotten })
    );
    for id in &granted[1..] {
        let answer = ledger.claim(at(10), *id);
        assert!(matches!(answer, Ok(ClaimAnswer::NextSlot(_))), "{answer:?}");
    }
}
