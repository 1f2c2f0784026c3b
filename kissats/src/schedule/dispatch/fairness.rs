//! The bound that `docs/scheduling.md` states: how long those who share a resource can keep out one who
//! wants it for himself.

use proptest::prelude::*;

use crate::schedule::{Need, SimulatedRun, Stock, WorkTask, Workload};

/// Many who share, and a few who want it alone and come last by priority.
fn workload() -> impl Strategy<Value = Workload> {
    let sharing = prop::collection::vec(1..10_u64, 10..80);
    let alone = prop::collection::vec(1..10_u64, 1..4);
    (sharing, alone, 1..7_u32).prop_map(|(sharing, alone, workers)| {
        let last = |duration| WorkTask {
            priority: 1,
            ..WorkTask::new(duration).with(Need::units(0, 1))
        };
        let alone = alone.into_iter().map(last);
        let sharing = sharing
            .into_iter()
            .map(|duration| WorkTask::new(duration).with(Need::shared(0)));
        let tasks = alone.chain(sharing).collect();
        Workload::new(workers, vec![Stock::lock()], tasks).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_kept_out_for_longer_than_the_patience_and_two_tasks(
        workload in workload(),
        patience in 0..40_u64,
    ) {
        let levels = workload.levels();
        let run = SimulatedRun::of(&workload, &levels, workload.durations(), patience);
        let alone = (0..).zip(&run.starts).filter(|(task, _)| {
            workload.needs(*task).iter().any(|need| *need == Need::units(0, 1))
        });
        let first = alone.map(|(_, start)| *start).min().unwrap_or(0);
        let longest = workload.durations().iter().copied().max().unwrap_or(0);
        prop_assert!(first <= patience + 2 * longest, "{first}, patience {patience}");
    }
}

#[test]
fn without_patience_the_last_is_last() {
    let mut tasks = vec![WorkTask::new(3).with(Need::shared(0)); 40];
    tasks.push(WorkTask {
        priority: 1,
        ..WorkTask::new(1).with(Need::units(0, 1))
    });
    // One of another length, so that those who share never end together.
    tasks[0].duration = 2;
    let workload = Workload::new(2, vec![Stock::lock()], tasks).unwrap();
    let starts_at = |patience| {
        let durations = workload.durations();
        SimulatedRun::of(&workload, &workload.levels(), durations, patience).starts[40]
    };
    assert!(starts_at(u64::MAX) > 50);
    assert!(starts_at(10) <= 16);
}
