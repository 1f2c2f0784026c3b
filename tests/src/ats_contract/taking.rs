//! What a request grants: what, together with whom, when.

use std::time::Duration;

use kissats::{AtsError, InstanceName, ReserveError, json};

use crate::ats_contract::bench::{Bench, asks, at, resource, seconds};

pub(super) fn knows_its_resources(bench: &Bench) {
    let all = bench.client.resources().expect("it can be reached");
    assert_eq!(all, ["dut", "lan", "psu"]);
    bench.expect_idle();
    let config = bench
        .client
        .resource_config(&resource("psu"))
        .expect("it is known");
    assert_eq!(config.len(), 1);
    assert_eq!(config[0].instance, "psu-1");
    assert_eq!(config[0].config, json!({ "port": 5025, "limit": 3.0 }));
    let claim = bench.take(&asks("ada", &["dut"], &["lan"]));
    let free = bench.client.available_resources();
    assert_eq!(free.expect("it can be reached"), ["psu"]);
    bench.release(claim.id);
    bench.expect_idle();
}

pub(super) fn excludes_and_shares(bench: &Bench) {
    let first = bench.take(&asks("ada", &[], &["lan"]));
    let second = bench.take(&asks("bob", &[], &["lan"]));
    let (obstacle, available_at) = bench.obstacle(&asks("cyd", &["lan"], &[]));
    assert_eq!(
        obstacle.to_string(),
        "`lan` (exclusive) is held by `ada`, `bob`"
    );
    assert_eq!(available_at, None, "nobody knows when they will go");
    bench.release(first.id);
    bench.obstacle(&asks("cyd", &["lan"], &[]));
    bench.release(second.id);
    let alone = bench.take(&asks("cyd", &["lan"], &[]));
    bench.obstacle(&asks("ada", &[], &["lan"]));
    bench.obstacle(&asks("ada", &["lan"], &[]));
    assert!(alone.resources[0].token >= second.resources[0].token);
    bench.release(alone.id);
    bench.expect_idle();
}

pub(super) fn takes_all_or_nothing(bench: &Bench) {
    let dut = bench.take(&asks("ada", &["dut"], &[]));
    let (obstacle, _) = bench.obstacle(&asks("bob", &["psu", "dut"], &["lan"]));
    assert_eq!(obstacle.resource, "dut");
    let rest = bench.take(&asks("cyd", &["psu", "lan"], &[]));
    let names: Vec<_> = rest.resources.iter().map(|held| &held.resource).collect();
    assert_eq!(names, ["lan", "psu"], "sorted by resource");
    bench.release(dut.id);
    bench.release(rest.id);
    let twice = bench.client.request(&asks("ada", &["dut"], &["dut"]));
    assert!(
        matches!(
            twice,
            Err(AtsError::Refused {
                source: ReserveError::AskedTwice { .. }
            })
        ),
        "{twice:?}"
    );
    bench.expect_idle();
}

pub(super) fn grants_the_earliest_window(bench: &Bench) {
    bench.take(&asks("ada", &["dut"], &[]).lasting(seconds(5)));
    let booked = asks("bob", &["psu"], &[])
        .needed_at(at(7))
        .lasting(seconds(4));
    bench.request(&booked);
    for (span, start) in [(2, 5), (3, 11)] {
        let both = asks("cyd", &["dut", "psu"], &[]).lasting(seconds(span));
        let answer = bench.client.availability(&both).expect("it is known");
        assert!(!answer.available);
        let soonest = answer.soonest.expect("everything has an end");
        assert_eq!(
            (soonest.starts_at, soonest.ends_at),
            (at(start), Some(at(start + span)))
        );
        let (obstacle, available_at) = bench.obstacle(&both.clone().only_then());
        assert_eq!(obstacle.resource, "dut");
        assert_eq!(available_at, Some(at(start)));
        let granted = bench.request(&both);
        assert_eq!(granted.claimable_at, at(start));
        assert_eq!(granted.ends_at, Some(at(start + span)));
        assert_eq!(granted.waits_for, Some(obstacle));
        bench.release(granted.id);
    }
    let refused = bench
        .client
        .request(&asks("cyd", &["dut"], &[]).lasting(Duration::ZERO));
    assert!(
        matches!(
            refused,
            Err(AtsError::Refused {
                source: ReserveError::EmptyWindow
            })
        ),
        "{refused:?}"
    );
}

pub(super) fn lays_wishes_over(bench: &Bench) {
    let mut request = asks("ada", &["psu"], &[]);
    request.needs[0].config = json!({ "limit": 1.5 });
    let claim = bench.take(&request);
    assert_eq!(
        claim.resources[0].config,
        json!({ "port": 5025, "limit": 1.5 })
    );
    bench.release(claim.id);
    let claim = bench.take(&asks("bob", &["psu"], &[]));
    assert_eq!(
        claim.resources[0].config,
        json!({ "port": 5025, "limit": 3.0 }),
        "a wish is gone with who wished"
    );
}

pub(super) fn avoiding_is_no_ban(bench: &Bench) {
    let mut request = asks("ada", &["dut"], &["lan"]);
    for need in &mut request.needs {
        let only = format!("{}-1", need.resource);
        need.avoid.push(InstanceName::new(only).expect("a name"));
    }
    let answer = bench.client.availability(&request).expect("it is known");
    assert!(answer.available, "there is no other: {answer:?}");
    let claim = bench.take(&request);
    let names: Vec<_> = claim.resources.iter().map(|held| &held.instance).collect();
    assert_eq!(names, ["dut-1", "lan-1"]);
    bench.release(claim.id);
    bench.expect_idle();
}

pub(super) fn starves_nobody(bench: &Bench) {
    bench.take(&asks("ada", &[], &["lan"]).lasting(seconds(10)));
    let alone = bench.request(&asks("bob", &["lan"], &[]).lasting(seconds(5)));
    assert_eq!(alone.claimable_at, at(10));
    for moment in 0..10 {
        let passes_by = asks("cyd", &[], &["lan"]).lasting(seconds(10 - moment));
        assert_eq!(
            bench.request(&passes_by).claimable_at,
            at(moment),
            "it is gone in time"
        );
        let waits = asks("dan", &[], &["lan"]).lasting(seconds(11 - moment));
        let waits = bench.request(&waits);
        assert!(waits.claimable_at >= at(15), "{waits:?}");
        bench.pass(1);
    }
    bench.claim(alone.id);
}
