//! What is expected of a run, and a run in virtual time that goes as expected.

use std::time::Duration;

use super::by_hand::ByHand;
use crate::engine::{ExpectedRun, RunLimit, VirtualRun};
use crate::model::ResourceName;
use crate::plan::Step;
use crate::schedule::{Need, PlanBudget, Stock, WorkTask, Workload};

/// A pool of two that is the bottleneck: one task wants all of it, four want one, two share it.
fn workload() -> Workload {
    let tasks = [
        WorkTask::new(1_000).with(Need::units(0, 2)),
        WorkTask::new(2_000).with(Need::units(0, 1)),
        WorkTask::new(2_000).with(Need::units(0, 1)),
        WorkTask::new(2_000).with(Need::units(0, 1)),
        WorkTask::new(2_000).with(Need::units(0, 1)),
        WorkTask::new(3_000).with(Need::shared(0)),
        WorkTask::new(3_000).with(Need::shared(0)),
        WorkTask::new(100).after(0),
    ];
    let stocks = vec![Stock::pool(2).shared_as_a_whole()];
    Workload::new(4, stocks, tasks.to_vec()).unwrap()
}

fn run_of(workload: &Workload) -> VirtualRun {
    let tasks = VirtualRun::declared(workload);
    VirtualRun::new(workload, tasks, PlanBudget::default()).unwrap()
}

#[test]
fn the_engine_tells_what_it_expects() {
    let run = run_of(&workload());
    let expected = run.expected().unwrap();
    assert_eq!(expected.lower_bound, Duration::from_micros(8_000));
    assert_eq!(expected.makespan, expected.lower_bound);
    assert!(expected.gap().abs() < 1e-9);
    let pool = ResourceName::new("r0").unwrap();
    assert_eq!(expected.limit, RunLimit::Resource(pool));
    let mut order = expected.order.clone();
    order.sort_unstable();
    assert_eq!(order, (0..8).map(Step::new).collect::<Vec<_>>());
}

#[test]
fn a_run_goes_as_expected_if_times_come_true() {
    let workload = workload();
    let end = run_of(&workload).run(workload.durations());
    assert_eq!(end.makespan, 8_000);
    assert!(end.examined >= 8, "whoever starts was looked at");
    assert!(end.starts.iter().all(|start| *start < end.makespan));
    assert!(end.starts[7] >= end.starts[0] + 1_000, "it waits for it");
}

#[test]
fn a_virtual_run_has_the_resources_of_its_workload() {
    let (lock, pool) = (0, 1);
    let tasks = [
        WorkTask::new(2_000).with(Need::units(lock, 1)),
        WorkTask::new(2_000).with(Need::units(lock, 1)),
        WorkTask::new(1_000).with(Need::shared(lock)),
        WorkTask::new(1_000).with(Need::shared(lock)),
        WorkTask::new(4_000).with(Need::units(pool, 1)),
        WorkTask::new(4_000).with(Need::units(pool, 1)),
        WorkTask::new(4_000).with(Need::shared(pool)),
    ];
    let stocks = vec![Stock::lock(), Stock::pool(3)];
    let workload = Workload::new(7, stocks, tasks.to_vec()).unwrap();
    let end = run_of(&workload).run(workload.durations());
    // The lock is the bottleneck, as those who share it do so at once; the pool has room for all.
    assert_eq!(end.makespan, 5_000);
    assert_eq!(end.starts[2], end.starts[3]);
    assert_eq!(end.starts[4..], [0, 0, 0]);
    assert_ne!(end.starts[0], end.starts[1]);
    // The start, and for each the answer and the end.
    assert_eq!(end.events, 1 + 2 * 7);
}

#[test]
fn who_shares_a_pool_as_a_whole_leaves_none_of_it_to_others() {
    let tasks = [
        WorkTask::new(5_000).with(Need::shared(0)),
        WorkTask::new(5_000).with(Need::shared(0)),
        WorkTask::new(1_000).with(Need::units(0, 1)),
    ];
    let makespan = |stock| {
        let workload = Workload::new(3, vec![stock], tasks.to_vec()).unwrap();
        run_of(&workload).run(workload.durations()).makespan
    };
    assert_eq!(makespan(Stock::pool(2)), 5_000, "they share one of the two");
    assert_eq!(makespan(Stock::pool(2).shared_as_a_whole()), 6_000);
}

#[test]
fn who_wants_all_of_one_pool_leaves_another_alone() {
    let tasks = [0, 1].map(|pool| WorkTask::new(3_000).with(Need::units(pool, 2)));
    let workload = Workload::new(2, vec![Stock::pool(2); 2], tasks.to_vec()).unwrap();
    let end = run_of(&workload).run(workload.durations());
    assert_eq!(end.starts, [0, 0]);
}

#[test]
fn time_goes_on_in_a_virtual_run_so_who_has_waited_long_enough_is_next() {
    let mut tasks = vec![WorkTask::new(3_000).with(Need::shared(0)); 40];
    // So that those who share never end together.
    tasks[0].duration = 2_000;
    tasks.push(WorkTask {
        priority: 1,
        ..WorkTask::new(1_000).with(Need::units(0, 1))
    });
    let workload = Workload::new(2, vec![Stock::lock()], tasks).unwrap();
    let end = run_of(&workload).run(workload.durations());
    assert!(end.starts[40] < end.makespan / 2, "{}", end.starts[40]);
}

#[test]
fn where_one_task_runs_at_a_time_nothing_is_expected() {
    let workload = Workload::new(1, Vec::new(), vec![WorkTask::new(5); 3]).unwrap();
    assert_eq!(run_of(&workload).expected(), None);
    assert_eq!(run_of(&workload).run(&[5, 5, 5]).makespan, 15);
    let (run, _) = ByHand::new("first\nsecond");
    assert!(!run.engine.is_parallel());
    let (run, _) = ByHand::new("mode thread\nthreads 2\nfirst safe thread\nsecond");
    assert!(run.engine.is_parallel());
}

#[test]
fn the_gap_is_a_part_of_the_best_that_is_possible() {
    let expected = |makespan, lower_bound| ExpectedRun {
        order: Vec::new(),
        makespan: Duration::from_secs(makespan),
        lower_bound: Duration::from_secs(lower_bound),
        limit: RunLimit::Workers,
        simulations: 1,
    };
    assert!((expected(12, 10).gap() - 0.2).abs() < 1e-9);
    assert!(expected(10, 10).gap().abs() < 1e-9);
    assert!(expected(10, 0).gap().abs() < 1e-9, "nothing is expected");
}

#[test]
fn the_engine_says_what_keeps_the_run_from_being_shorter() {
    let limit = |pack: &str| {
        let (run, _) = ByHand::new(&format!("mode thread\nthreads 2\n{pack}"));
        run.engine.expected().expect("it is planned").limit.clone()
    };
    let beside = |name: &str, more: &str| format!("{name} safe thread expected 4 {more}\n");
    let three = |more: &str| ["a", "b", "c"].map(|name| beside(name, more)).concat();
    assert_eq!(limit(&three("")), RunLimit::Workers);
    assert_eq!(
        limit(&(three("").replace("safe thread", "") + "d safe thread expected 4")),
        RunLimit::MainWorker
    );
    let tied = three("") + &beside("d", "needs a,b,c");
    assert_eq!(limit(&tied), RunLimit::TiedTasks);
    let chain = beside("a", "") + &beside("b", "needs a tied no");
    assert_eq!(limit(&chain), RunLimit::CriticalPath);
    let one_of_each = format!(
        "one-of-each\nresources per_task_separate\n{}",
        three("uses r")
    );
    let resource = ResourceName::new("r").unwrap();
    assert_eq!(limit(&one_of_each), RunLimit::Resource(resource));
}

#[test]
fn where_all_run_in_processes_only_those_are_counted() {
    let tasks = ["a", "b", "c", "d"].map(|name| format!("{name} safe process expected 4\n"));
    let pack = format!("mode process\nthreads 4\nprocesses 2\n{}", tasks.concat());
    let (run, _) = ByHand::new(&pack);
    let expected = run.engine.expected().unwrap();
    // Two after each other, and the time between them.
    let makespan = expected.makespan;
    assert!(makespan >= Duration::from_secs(8) && makespan < Duration::from_secs(9));
    assert_eq!(expected.limit, RunLimit::Workers);
}

#[test]
fn what_is_too_large_is_not_planned() {
    let expected = |tasks: usize| {
        let workload = Workload::new(2, Vec::new(), vec![WorkTask::new(5); tasks]).unwrap();
        let tasks = VirtualRun::declared(&workload);
        let no_search = PlanBudget {
            starts: 0,
            ..PlanBudget::default()
        };
        let run = VirtualRun::new(&workload, tasks, no_search).unwrap();
        run.expected().is_some()
    };
    assert!(expected(5_000));
    assert!(!expected(5_001));
}

#[test]
fn a_run_that_waits_for_its_tasks_plans_what_is_left_again() {
    let searches = |resources: &str| {
        // Five on two workers: none of three bounds can be kept, so there is something to look for.
        let tasks =
            ["a", "b", "c", "d", "e"].map(|name| format!("{name} safe thread expected 2\n"));
        let pack = format!("mode thread\nthreads 2\n{resources}{}", tasks.concat());
        let (mut run, _) = ByHand::new(&pack);
        assert!(!run.engine.replan(run.now), "no time has passed");
        run.at("2");
        assert!(!run.engine.replan(run.now), "nothing has happened");
        run.tick();
        run.engine.replan(run.now)
    };
    assert!(searches(""));
    assert!(!searches("shuffle 1\n"), "chance has decided");
}
