//! What holds for every schedule that the search makes.

use proptest::prelude::*;

use super::*;
use crate::schedule::{Need, Share, Stock, WorkTask, Workload};

fn project() -> impl Strategy<Value = Workload> {
    let task = |index: u32| {
        let prereqs = prop::collection::btree_set(0..index.max(1), 0..3);
        (0..7_u64, prereqs, prop::collection::vec(0..4_u32, 5)).prop_map(
            move |(duration, prereqs, units)| {
                let mut task = WorkTask::new(duration);
                task.prereqs = prereqs.into_iter().filter(|on| *on < index).collect();
                task.needs = (0..)
                    .zip(units)
                    .map(|(resource, units)| Need::units(resource, units))
                    .collect();
                task
            },
        )
    };
    let tasks = (1..20_u32).prop_flat_map(move |size| (0..size).map(task).collect::<Vec<_>>());
    (tasks, 1..5_u32).prop_map(|(tasks, workers)| {
        Workload::new(workers, vec![Stock::pool(4); 5], tasks).unwrap()
    })
}

/// The work of every moment fits, and everybody has waited for those before.
fn check(workload: &Workload, found: &FoundSchedule) -> Result<(), TestCaseError> {
    let end = |task: usize| found.starts[task] + workload.durations()[task];
    for task in 0..workload.len() {
        for &prereq in workload.prereqs(task as u32) {
            prop_assert!(
                end(prereq as usize) <= found.starts[task],
                "{task} too early"
            );
        }
        prop_assert!(end(task) <= found.makespan);
    }
    for now in 0..found.makespan {
        let mut used = [0; 5];
        let mut running = 0;
        for task in 0..workload.len() {
            if found.starts[task] <= now && now < end(task) {
                running += 1;
                for need in workload.needs(task as u32) {
                    if let Share::Units(units) = need.share {
                        used[need.resource as usize] += units;
                    }
                }
            }
        }
        prop_assert!(running <= workload.workers(), "{running} tasks at {now}");
        prop_assert!(used.iter().all(|used| *used <= 4), "{used:?} at {now}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn schedules_are_feasible_and_repeatable(workload in project(), seed in any::<u64>()) {
        let budget = SearchBudget { schedules: 40, seed };
        let found = search(&workload, budget);
        check(&workload, &found)?;
        prop_assert_eq!(&search(&workload, budget), &found);
        prop_assert!(found.schedules <= 43, "{} schedules", found.schedules);
    }

    #[test]
    fn more_schedules_are_never_worse_than_one(workload in project()) {
        let one = search(&workload, SearchBudget { schedules: 1, seed: 1 });
        let many = search(&workload, SearchBudget { schedules: 100, seed: 1 });
        prop_assert!(many.makespan <= one.makespan);
    }
}

#[test]
fn nothing_takes_no_time() {
    let workload = Workload::new(1, Vec::new(), Vec::new()).unwrap();
    let budget = SearchBudget {
        schedules: 10,
        seed: 1,
    };
    assert_eq!(search(&workload, budget).makespan, 0);
}

#[test]
fn long_times_are_looked_at_in_slots() {
    let lock = Need::units(0, 1);
    let tasks = (1..=40)
        .map(|index| WorkTask::new(index * 1_000_000_007).with(lock))
        .collect();
    let workload = Workload::new(4, vec![Stock::lock()], tasks).unwrap();
    let total: u64 = workload.durations().iter().sum();
    let budget = SearchBudget {
        schedules: 20,
        seed: 1,
    };
    let found = search(&workload, budget);
    assert!(found.makespan >= total && found.makespan < total + total / 50);
}
