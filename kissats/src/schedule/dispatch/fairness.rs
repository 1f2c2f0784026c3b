//! The bound that `docs/scheduling.md` states: how long those who share a resource can keep out one who
//! wants it for himself.

use proptest::prelude::*;

use super::tests::config;
use crate::schedule::{
    DispatchTask, Dispatcher, Need, Share, SimulatedRun, Stock, WorkTask, Workload,
};

/// When each task starts, if none waits for another. If it `is_replanned`, levels change at every moment.
fn starts(workload: &Workload, (patience, moment): (u64, u64), is_replanned: bool) -> Vec<u64> {
    let mut levels = workload.levels();
    let dispatcher = Dispatcher::new(workload.workers(), workload.stocks());
    let mut dispatcher = dispatcher.with_patience(patience).with_moment(moment);
    for (task, &duration) in (0..).zip(workload.durations()) {
        let known = DispatchTask {
            duration,
            level: duration,
            priority: workload.priority(task),
        };
        dispatcher.admit(&known, workload.needs(task));
        dispatcher.ready(0, task);
    }
    let mut starts = vec![0; workload.len()];
    let (mut running, mut now) = (Vec::new(), 0);
    loop {
        while let Some(task) = dispatcher.next(now) {
            starts[task as usize] = now;
            running.push((now + workload.durations()[task as usize], task));
        }
        if is_replanned {
            levels.rotate_left(1);
            dispatcher.set_levels(&levels);
        }
        running.sort_unstable();
        let Some(&(end, _)) = running.first() else {
            return starts;
        };
        let again = dispatcher.ask_again();
        now = again.map_or(end, |at| end.min(at.max(now)));
        let goes_on = running.partition_point(|(end, _)| *end <= now);
        for (_, task) in running.drain(..goes_on) {
            dispatcher.ended(task);
        }
    }
}

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
    #![proptest_config(config(1000))]

    #[test]
    fn nobody_is_kept_out_for_longer_than_the_patience_and_two_tasks(
        workload in workload(),
        patience in 0..40_u64,
        moment in 0..12_u64,
        is_replanned: bool,
    ) {
        let starts = starts(&workload, (patience, moment), is_replanned);
        let alone = (0..).zip(&starts).filter(|(task, _)| {
            workload.needs(*task).iter().any(|need| *need == Need::units(0, 1))
        });
        let first = alone.map(|(_, start)| *start).min().unwrap_or(0);
        let longest = workload.durations().iter().copied().max().unwrap_or(0);
        prop_assert!(first <= patience + 2 * longest, "{first}, patience {patience}");
    }
}

/// Several locks; those who share want one to four of them, those who want some alone come last by
/// priority.
fn locks() -> impl Strategy<Value = Workload> {
    let task = |alone: bool| {
        let needs = prop::collection::btree_map(0..LOCKS, any::<bool>(), 1..=LOCKS as usize);
        (1..10_u64, needs).prop_map(move |(duration, needs)| {
            let mut task = WorkTask::new(duration);
            for (place, (lock, also_alone)) in needs.into_iter().enumerate() {
                // The first in any case; the others as it comes.
                let is_alone = alone && (place == 0 || also_alone);
                task = task.with(if is_alone {
                    Need::units(lock, 1)
                } else {
                    Need::shared(lock)
                });
            }
            WorkTask {
                priority: i32::from(alone),
                ..task
            }
        })
    };
    // So many that the bound is missed at once if it depends on how many there are.
    let sharing = prop::collection::vec(task(false), 100..800);
    let alone = prop::collection::vec(task(true), 20..200);
    (sharing, alone, 1..10_u32).prop_map(|(sharing, alone, workers)| {
        let tasks = sharing.into_iter().chain(alone).collect();
        Workload::new(workers, vec![Stock::lock(); LOCKS as usize], tasks).unwrap()
    })
}

const LOCKS: u32 = 4;

/// How long somebody wanted a lock alone after one of those who share it took it although nobody had it alone
/// for so long: the longest such time of any lock.
fn longest_wait(workload: &Workload, starts: &[u64], last_patience: u64) -> u64 {
    let starts_of = |lock: u32, alone: bool| {
        let wants = |task: &u32| {
            let mut needs = workload.needs(*task).iter();
            needs.any(|need| need.resource == lock && (need.share != Share::Shared) == alone)
        };
        let tasks = (0..workload.len() as u32).filter(wants);
        let mut starts: Vec<u64> = tasks.map(|task| starts[task as usize]).collect();
        starts.sort_unstable();
        starts
    };
    let waits = (0..LOCKS).flat_map(|lock| {
        let sharing = starts_of(lock, false);
        let mut since = 0;
        let waits = starts_of(lock, true).into_iter().map(move |start| {
            let passed = sharing.iter().find(|other| **other > since + last_patience);
            since = start;
            passed.map_or(0, |passed| start.saturating_sub(*passed))
        });
        waits.collect::<Vec<_>>()
    });
    waits.max().unwrap_or(0)
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn with_several_locks_nobody_waits_for_longer_than_the_last_patience_and_two_tasks_for_each_lock(
        workload in locks(),
        patience in 0..6_u64,
        moment in 0..12_u64,
        is_replanned: bool,
    ) {
        let starts = starts(&workload, (patience, moment), is_replanned);
        let longest = workload.durations().iter().copied().max().unwrap_or(0);
        let wait = longest_wait(&workload, &starts, 3 * patience);
        let bound = 2 * longest * u64::from(LOCKS);
        prop_assert!(wait <= bound, "{wait}, patience {patience}, bound {bound}");
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
