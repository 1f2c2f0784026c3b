//! Which instance of a pool is given.

use std::sync::Arc;

use kissats::{AtsClient, Claim, InstanceName};

use crate::ats_contract::bench::{Bench, asks};
use crate::ats_contract::hand_clock::HandClock;

/// Checks that a client gives others than what is to be avoided, as long as one of them is free. Its
/// resource `probe` has the instances `probe-1`, `probe-2` and `probe-3`.
pub fn check_pool(make: impl Fn(Arc<HandClock>) -> Arc<dyn AtsClient>) {
    let clock = Arc::new(HandClock::default());
    let client = make(Arc::clone(&clock));
    let bench = Bench { client, clock };
    let take = |avoid: &[&str]| {
        let mut request = asks("ada", &["probe"], &[]);
        let names = avoid.iter().map(|name| InstanceName::new(*name));
        request.needs[0].avoid = names.map(|name| name.expect("a name")).collect();
        bench.take(&request)
    };
    let given = |claim: &Claim| claim.resources[0].instance.to_string();
    for only in 1..=3 {
        let others = [1, 2, 3].into_iter().filter(|number| *number != only);
        let others: Vec<String> = others.map(|number| format!("probe-{number}")).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let claim = take(&others);
        assert_eq!(given(&claim), format!("probe-{only}"));
        let next = take(&others);
        assert!(others.contains(&&*given(&next)), "no wait is longer for it");
        bench.release(claim.id);
        bench.release(next.id);
    }
}
