//! Chains of tied tasks where the order is not planned.

use std::fmt::Write;

use super::by_hand::ByHand;
use crate::model::Verdict;

/// Too many tasks for a planned order: by what each has still behind it, all heads would come first, and
/// every chain that has begun keeps a worker.
#[test]
fn a_chain_that_has_begun_is_finished_first() {
    const CHAINS: usize = 2_501;
    let mut pack = "mode thread\nthreads 2\n".to_owned();
    for chain in 0..CHAINS {
        let _ = writeln!(pack, "head{chain} safe thread");
    }
    for chain in 0..CHAINS {
        let _ = writeln!(pack, "tail{chain} safe thread needs head{chain}");
    }
    let (mut run, said) = ByHand::new(&pack);
    assert_eq!(said, "run head0, run head1");
    for chain in [0, 1] {
        let said = run.ended(&format!("head{chain}"), Verdict::Passed);
        let next = format!("head{chain}: ok, run tail{chain}");
        assert_eq!(said, next);
    }
    let said = run.ended("tail1", Verdict::Passed);
    assert_eq!(said, "tail1: ok, leave lane, run head2");
}
