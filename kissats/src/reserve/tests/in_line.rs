//! Places in line, where nobody knows when the holders will go.

use std::time::Duration;

use super::words::*;
use crate::model::Timestamp;
use crate::reserve::*;

fn too_early(answer: Result<ClaimAnswer, ReserveError>) -> (Timestamp, String) {
    match answer {
        Err(ReserveError::TooEarly {
            claimable_at,
            waits_for,
            ..
        }) => (claimable_at, waits_for.unwrap().to_string()),
        other => panic!("somebody is in the way, and the answer is {other:?}"),
    }
}

#[test]
fn who_is_in_line_comes_before_whoever_asks_later() {
    let mut ledger = ledger();
    let first = take(&mut ledger, "a", &[shared("lan")]).unwrap();
    let alone = request("b", &[exclusive("lan")]).in_line();
    let alone = ledger.request(at(0), &alone).unwrap();
    assert!(alone.in_line, "nobody knows when it may be claimed");
    let waits_for = alone.waits_for.unwrap();
    assert_eq!(waits_for.to_string(), "`lan` (exclusive) is held by `a`");
    assert_eq!(waits_for.held_by[0].as_str(), "a");
    // Shared could be had beside the holder, and would keep the other out.
    let refused = take(&mut ledger, "c", &[shared("lan")]).unwrap_err();
    assert_eq!(refused.to_string(), "`lan` (shared) is held by `b`");
    let behind = request("c", &[shared("lan"), exclusive("psu")]).in_line();
    let behind = ledger.request(at(0), &behind).unwrap();
    take(&mut ledger, "d", &[shared("psu")]).expect_err("c is before");
    ledger.release(first.id.into()).unwrap();
    let (_, waits_for) = too_early(ledger.claim(at(0), behind.id));
    assert_eq!(waits_for, "`lan` (shared) is held by `b`");
    let alone = claim(&mut ledger, at(0), alone.id);
    too_early(ledger.claim(at(0), behind.id));
    ledger.release(alone.id.into()).unwrap();
    let behind = claim(&mut ledger, at(0), behind.id);
    ledger.release(behind.id.into()).unwrap();
    assert!(ledger.is_idle());
}

#[test]
fn who_does_not_ask_for_its_turn_is_passed_and_keeps_its_place() {
    let mut ledger = ledger();
    let first = take(&mut ledger, "a", &[shared("lan")]).unwrap();
    let busy = request("b", &[exclusive("lan")]).in_line();
    let busy = ledger.request(at(0), &busy).unwrap();
    let shared_by = |who: &str| request(who, &[shared("lan")]);
    let passes = ledger.request(at(1), &shared_by("c")).unwrap();
    let passes = claim(&mut ledger, at(1), passes.id);
    let (_, waits_for) = too_early(ledger.claim(at(2), busy.id));
    assert_eq!(waits_for, "`lan` (exclusive) is held by `a`, `c`");
    let refused = ledger.request(at(2), &shared_by("d")).unwrap_err();
    assert_eq!(refused.to_string(), "`lan` (shared) is held by `b`");
    ledger.release(first.id.into()).unwrap();
    ledger.release(passes.id.into()).unwrap();
    claim(&mut ledger, at(60), busy.id);
}

#[test]
fn who_is_in_line_is_left_an_instance_of_a_pool() {
    let mut ledger = ledger_with("psu", &["psu-1", "psu-2"]);
    take(&mut ledger, "a", &[exclusive("dut")]).unwrap();
    let both = request("b", &[exclusive("dut"), exclusive("psu")]).in_line();
    let both = ledger.request(at(0), &both).unwrap();
    take(&mut ledger, "c", &[exclusive("psu")]).expect("two are free, and one is enough for b");
    take(&mut ledger, "d", &[exclusive("psu")]).expect_err("the other is for b");
    ledger.release(both.id.into()).unwrap();
    take(&mut ledger, "d", &[exclusive("psu")]).expect("b has gone");
}

#[test]
fn the_longer_the_youngest_hold_has_lasted_the_longer_the_pause() {
    let mut ledger = ledger();
    let first = take(&mut ledger, "a", &[exclusive("psu")]).unwrap();
    let mut ask = |who| {
        let waits = request(who, &[exclusive("psu")]).in_line();
        ledger.request(at(0), &waits).unwrap().id
    };
    let (next, behind, last) = (ask("b"), ask("c"), ask("d"));
    let micros = |count| Timestamp::from_start(Duration::from_micros(count));
    let pause = |ledger: &mut Ledger, now, id| {
        let (again_at, _) = too_early(ledger.claim(micros(now), id));
        again_at.since(micros(now)).as_micros()
    };
    for (now, [of_next, of_behind, of_last]) in [
        (0, [100, 1_000, 2_000]),
        (16_000, [1_000, 1_000, 2_000]),
        (160_000, [10_000; 3]),
        (900_000, [50_000; 3]),
    ] {
        assert_eq!(pause(&mut ledger, now, next), of_next);
        assert_eq!(pause(&mut ledger, now, behind), of_behind);
        assert_eq!(pause(&mut ledger, now, last), of_last);
    }
    // Another holder, another wait.
    ledger.release(first.id.into()).unwrap();
    claim(&mut ledger, at(1), next);
    assert_eq!(pause(&mut ledger, 1_000_000, behind), 100);
    assert_eq!(pause(&mut ledger, 1_000_000, last), 1_000);
}

#[test]
fn what_has_a_known_end_gives_a_slot_and_not_a_place() {
    let mut ledger = ledger();
    let known = seconds(request("a", &[exclusive("psu")]), 5);
    ledger.request(at(0), &known).unwrap();
    let next = request("b", &[exclusive("psu")]).in_line();
    let next = ledger.request(at(1), &next).unwrap();
    assert_eq!((next.claimable_at, next.in_line), (at(5), false));
    // Neither does who wants it then or not at all, or later.
    let then = request("c", &[exclusive("psu")]).in_line();
    assert!(ledger.request(at(1), &then.clone().only_then()).is_err());
    assert!(ledger.request(at(1), &then.needed_at(at(9))).is_err());
}
