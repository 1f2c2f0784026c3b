//! What is granted, from when on, and what is refused.

use super::words::*;
use crate::model::ResourceName;
use crate::reserve::*;

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
            request("a", &[shared("psu"), shared("lan"), shared("psu")]),
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
fn a_name_that_is_not_known_is_answered_with_those_that_are() {
    let refused = |known: &[&str]| {
        let name = |text: &&str| ResourceName::new(text).unwrap();
        let refused = ReserveError::UnknownResource {
            resource: name(&"lan"),
            known: known.iter().map(name).collect(),
        };
        refused.to_string()
    };
    assert_eq!(
        refused(&["dut", "psu"]),
        "the resource `lan` is not known here; known are `dut`, `psu`"
    );
    assert_eq!(
        refused(&[]),
        "the resource `lan` is not known here; known are none"
    );
}
