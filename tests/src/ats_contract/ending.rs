//! When a claim begins and ends, and how it is given back.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use kissats::{
    Acquired, AtsError, ClaimAnswer, Clock, HoldId, PreReservationId, ReservationId, ReserveError,
    RetryPolicy, acquire,
};

use crate::ats_contract::bench::{Bench, asks, at, resource, seconds};

pub(super) fn keeps_the_time_of_claims(bench: &Bench) {
    let first = bench.take(&asks("ada", &["dut"], &[]).lasting(seconds(20)));
    let second = bench.request(&asks("bob", &["dut"], &[]).lasting(seconds(20)));
    assert_eq!(second.claimable_at, at(20));
    bench.pass(19);
    match bench.client.claim(second.id) {
        Err(AtsError::Refused {
            source: ReserveError::TooEarly { claimable_at, .. },
        }) => {
            assert_eq!(claimable_at, at(20));
        }
        other => panic!("it is too early, and the answer is {other:?}"),
    }
    bench.pass(1);
    let claim = bench.claim(second.id);
    assert_eq!(claim.ends_at, Some(at(40)));
    let late = bench.client.release(first.id.into());
    assert!(late.is_err(), "its time was over: {late:?}");
    let again = bench.client.claim(second.id);
    assert!(
        matches!(
            again,
            Err(AtsError::Refused {
                source: ReserveError::NotPreReserved { .. }
            })
        ),
        "claimed twice: {again:?}"
    );
    // What was wanted for later cannot be had earlier, although nobody is in the way.
    let later = asks("cyd", &["psu"], &[])
        .needed_at(at(30))
        .lasting(seconds(5));
    let later = bench.request(&later);
    assert!(bench.client.claim(later.id).is_err());
    bench.pass(10);
    bench.claim(later.id);
}

pub(super) fn offers_the_next_slot(bench: &Bench) {
    let late = bench.request(&asks("ada", &["dut"], &[]).lasting(seconds(3600)));
    bench
        .clock
        .pass(late.expires_at.since(bench.clock.now()) + seconds(1));
    let now = bench.clock.now();
    bench.take(&asks("bob", &["dut"], &[]).lasting(seconds(30)));
    let slot = match bench.client.claim(late.id) {
        Ok(ClaimAnswer::NextSlot(slot)) => slot,
        other => panic!("it came too late, and the answer is {other:?}"),
    };
    assert_ne!(slot.id, late.id);
    assert_eq!(slot.claimable_at, now + seconds(30));
    bench.pass(30);
    let claim = bench.claim(slot.id);
    bench.release(claim.id);
    bench.expect_idle();
}

pub(super) fn ends_claims(bench: &Bench) {
    let claim = bench.take(&asks("ada", &["dut"], &[]).lasting(seconds(5)));
    let renew = |span| bench.client.renew(claim.id, seconds(span));
    assert_eq!(renew(8).expect("nobody comes next"), Some(at(8)));
    assert_eq!(renew(1).expect("it is held"), Some(at(8)), "never shorter");
    let next = bench.request(&asks("bob", &["dut"], &[]).lasting(seconds(5)));
    assert_eq!(next.claimable_at, at(8));
    match renew(9) {
        Err(AtsError::Refused {
            source:
                ReserveError::CannotRenew {
                    resource,
                    latest_end,
                    ..
                },
        }) => {
            assert_eq!((resource.as_str(), latest_end), ("dut", at(8)));
        }
        other => panic!("bob comes next, and the answer is {other:?}"),
    }
    bench.pass(8);
    assert!(renew(1).is_err(), "its time is over");
    let next = bench.claim(next.id);
    bench.pass(5);
    bench.expect_idle();
    assert!(bench.client.release(next.id.into()).is_err());
    let kept = bench.take(&asks("cyd", &["dut"], &[]));
    bench.pass(100_000);
    bench.obstacle(&asks("dan", &["dut"], &[]));
    bench.release(kept.id);
}

pub(super) fn releases_once(bench: &Bench) {
    let granted = bench.request(&asks("ada", &["dut"], &[]));
    bench.release(granted.id);
    bench.expect_idle();
    assert!(bench.client.release(granted.id.into()).is_err());
    let claim = bench.take(&asks("ada", &["dut"], &[]));
    bench.release(claim.id);
    assert!(bench.client.release(claim.id.into()).is_err());
    let expired = bench.request(&asks("ada", &["dut"], &[]));
    bench
        .clock
        .pass(expired.expires_at.since(bench.clock.now()));
    bench.expect_idle();
    bench.release(expired.id);
    for unknown in [
        HoldId::Claimed(ReservationId::from_number(1_000_000)),
        HoldId::PreReserved(PreReservationId::from_number(1_000_000)),
    ] {
        assert!(bench.client.release(unknown).is_err());
    }
}

/// An owner may keep a part until all is given back; the rest it keeps in any case.
pub(super) fn gives_back_a_part(bench: &Bench) {
    let claim = bench.take(&asks("ada", &["dut", "psu"], &["lan"]));
    let part = |name: &str| bench.client.release_part(claim.id, &resource(name));
    part("psu").expect("it is held");
    bench.obstacle(&asks("bob", &["dut"], &[]));
    bench.obstacle(&asks("bob", &["lan"], &[]));
    part("lan").expect("it is held");
    bench.obstacle(&asks("bob", &["dut"], &[]));
    bench.release(claim.id);
    bench.expect_idle();
}

/// What an owner that lends in parts keeps besides.
pub(super) fn gives_parts_to_others_at_once(bench: &Bench) {
    let claim = bench.take(&asks("ada", &["dut", "psu"], &["lan"]));
    let part = |name: &str| bench.client.release_part(claim.id, &resource(name));
    part("psu").expect("it is held");
    assert!(part("psu").is_err(), "twice is a mistake");
    let theirs = bench.take(&asks("bob", &["psu"], &[]));
    bench.obstacle(&asks("cyd", &["psu"], &[]));
    bench.obstacle(&asks("cyd", &["lan"], &[]));
    let place = bench.request(&asks("cyd", &["lan"], &[]).in_line());
    part("lan").expect("it is held");
    let last = bench.claim(place.id);
    for id in [claim.id, theirs.id, last.id] {
        bench.release(id);
    }
    bench.expect_idle();
}

pub(super) fn gives_back_on_every_path(bench: &Bench) {
    let request = || asks("ada", &["dut"], &["lan"]);
    bench.acquire(request()).release().expect("it is held");
    bench.expect_idle();
    drop(bench.acquire(request()));
    bench.expect_idle();
    let held = bench.acquire(request());
    let in_panic = catch_unwind(AssertUnwindSafe(move || {
        let _held = held;
        resume_unwind(Box::new("the task broke"));
    }));
    assert!(in_panic.is_err());
    bench.expect_idle();
    // What is set aside for later is given up too.
    let held = bench.acquire(request().lasting(seconds(10)));
    let waits = acquire(
        &bench.client,
        request(),
        RetryPolicy::default(),
        bench.clock.now(),
    );
    match waits {
        Ok(Acquired::NotBefore(pending)) => {
            assert_eq!(pending.claimable_at(), at(10));
        }
        other => panic!("somebody is in the way, and the answer is {other:?}"),
    }
    drop(held);
    bench.expect_idle();
}
