//! Places in line, where nobody knows when the holders will go.

use kissats::{AtsError, PreReservation, ReserveError};

use crate::ats_contract::bench::{Bench, asks, seconds};

/// Who is in the way of one who is in line.
fn not_yet(bench: &Bench, place: &PreReservation) -> String {
    match bench.client.claim(place.id) {
        Err(AtsError::Refused {
            source:
                ReserveError::TooEarly {
                    waits_for: Some(obstacle),
                    ..
                },
        }) => obstacle.to_string(),
        other => panic!("somebody is in the way, and the answer is {other:?}"),
    }
}

pub(super) fn keeps_places_in_line(bench: &Bench) {
    let first = bench.take(&asks("ada", &[], &["lan"]));
    let alone = bench.request(&asks("bob", &["lan"], &[]).in_line());
    assert!(alone.in_line, "nobody knows when ada goes");
    assert_eq!(not_yet(bench, &alone), "`lan` (exclusive) is held by `ada`");
    let (obstacle, available_at) = bench.obstacle(&asks("cyd", &[], &["lan"]));
    assert_eq!(obstacle.to_string(), "`lan` (shared) is held by `bob`");
    assert_eq!(available_at, None);
    let behind = bench.request(&asks("cyd", &["psu"], &["lan"]).in_line());
    bench.release(first.id);
    assert_eq!(not_yet(bench, &behind), "`lan` (shared) is held by `bob`");
    let claim = bench.claim(alone.id);
    not_yet(bench, &behind);
    bench.release(claim.id);
    let claim = bench.claim(behind.id);
    assert_eq!(claim.resources.len(), 2);
    // Given up, it is in nobody's way.
    let alone = bench.request(&asks("bob", &["lan"], &[]).in_line());
    bench.release(alone.id);
    bench.take(&asks("dan", &[], &["lan"]));
    // Who does not ask for its turn is passed, and comes before the others when it does.
    let busy = bench.request(&asks("bob", &["lan"], &[]).in_line());
    bench.pass(10);
    bench.take(&asks("eve", &[], &["lan"]));
    not_yet(bench, &busy);
    bench.obstacle(&asks("fay", &[], &["lan"]));
    bench.pass(10);
    bench.take(&asks("fay", &[], &["lan"]).lasting(seconds(1)));
}
