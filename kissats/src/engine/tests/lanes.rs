//! Tasks that are tied to one worker. What holds for every run is checked by `chains.rs`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::simulation::Simulation;

/// So many that the order is not planned.
const PAIRS: usize = 2_510;

#[test]
fn what_is_left_of_a_chain_comes_before_all_that_has_not_begun() {
    let mut pack = String::from("mode thread\nthreads 2\n");
    for pair in 0..PAIRS {
        writeln!(pack, "head{pair} safe thread").unwrap();
    }
    for pair in 0..PAIRS {
        writeln!(pack, "tail{pair} safe thread needs head{pair}").unwrap();
    }
    let record = Simulation::parse(&pack).run();
    assert_eq!(record.violations, [""; 0]);
    let mut begun = BTreeSet::new();
    for (step, _) in &record.starts {
        let name = record.plan.task(*step).name.to_string();
        if let Some(pair) = name.strip_prefix("head") {
            begun.insert(pair.to_owned());
        } else if let Some(pair) = name.strip_prefix("tail") {
            begun.remove(pair);
        }
        // One for each worker.
        assert!(begun.len() <= 2, "{begun:?} have begun");
    }
    assert_eq!(record.starts.len(), 2 * PAIRS);
}
