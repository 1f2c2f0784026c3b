//! How tasks come into queues, case by case.

use std::collections::BTreeSet;

use super::*;
use crate::model::{
    DutName, GlobalParams, NewTask, Outcome, Phase, StopCause, TaskName, TaskResult, TaskReturn,
    Verdict,
};
use crate::plan::tests::catalog;

/// A library, queues, and what is known of the past.
struct Bench {
    library: Library,
    queues: PackQueues,
    completed: Completed,
    running: BTreeSet<TaskName>,
    params: GlobalParams,
    ignore_prereq: bool,
    entries_made: u64,
}

impl Bench {
    fn new(lines: &str) -> Self {
        Self {
            library: Library::new(catalog(lines).unwrap()),
            queues: PackQueues::default(),
            completed: Completed::new(),
            running: BTreeSet::new(),
            params: GlobalParams::default(),
            ignore_prereq: false,
            entries_made: 0,
        }
    }

    fn add_to(&mut self, phase: Phase, new: impl Into<NewTask>) -> Result<bool, String> {
        let mut adding = Adding {
            library: &self.library,
            params: &self.params,
            completed: &self.completed,
            running: &self.running,
            ignore_prereq: self.ignore_prereq,
            queues: &mut self.queues,
            entries_made: &mut self.entries_made,
        };
        adding
            .add(phase, new.into())
            .map_err(|error| error.to_string())
    }

    fn add(&mut self, new: impl Into<NewTask>) -> Result<bool, String> {
        self.add_to(Phase::Test, new)
    }

    fn add_all(&mut self, names: &[&str]) {
        for name in names {
            assert_eq!(self.add(*name), Ok(true), "{name}");
        }
    }

    fn ended(&mut self, name: &str, verdict: Verdict) {
        let result = TaskResult::new(TaskReturn::new(verdict.clone()), std::time::Duration::ZERO);
        let outcome = match verdict {
            Verdict::Passed => Outcome::Passed(vec![result]),
            Verdict::Skipped => Outcome::Skipped(vec![result]),
            _ => Outcome::Failed(vec![result]),
        };
        self.completed.insert(TaskName::new(name).unwrap(), outcome);
    }

    fn queue_of(&self, phase: Phase) -> String {
        let names = self
            .queues
            .tasks(phase)
            .into_iter()
            .map(|task| task.name.to_string());
        names.collect::<Vec<_>>().join(" ")
    }

    fn queue(&self) -> String {
        self.queue_of(Phase::Test)
    }
}

const CHAIN: &str = "x\ny\np1\np2\nt needs p1,p2\nu needs t\nlast needs p1";

#[test]
fn prerequisites_come_in_listed_order_directly_before_who_needs_them() {
    let mut bench = Bench::new(CHAIN);
    bench.add_all(&["x", "t"]);
    assert_eq!(bench.queue(), "x p1 p2 t");
    bench.add_all(&["u", "last"]);
    assert_eq!(
        bench.queue(),
        "x p1 p2 t u last",
        "a prerequisite that is queued serves all"
    );
}

#[test]
fn top_puts_a_task_and_what_it_needs_in_front() {
    let mut bench = Bench::new(CHAIN);
    bench.add_all(&["x", "p2", "y"]);
    assert_eq!(bench.add(NewTask::named("t").top()), Ok(true));
    assert_eq!(
        bench.queue(),
        "p2 p1 t x y",
        "a queued prerequisite is brought forward"
    );
    let mut plain = Bench::new("a\nb\nc\nd");
    plain.add_all(&["a"]);
    for name in ["b", "c"] {
        plain.add(NewTask::named(name).top()).unwrap();
    }
    plain.add_all(&["d"]);
    assert_eq!(plain.queue(), "c b a d");
}

#[test]
fn a_task_is_queued_once_unless_a_dupe_is_allowed() {
    let mut bench = Bench::new("a\nb");
    bench.add_all(&["a", "a", "b"]);
    assert_eq!(bench.queue(), "a b");
    assert_eq!(bench.add(NewTask::named("a").allow_dupe()), Ok(true));
    assert_eq!(bench.queue(), "a b a");
    assert_eq!(
        bench.add_to(Phase::Setup, "a"),
        Ok(true),
        "another queue is another matter"
    );
    assert_eq!(bench.queue_of(Phase::Setup), "a");
}

#[test]
fn a_prerequisite_in_an_earlier_queue_or_running_is_scheduled() {
    let mut bench = Bench::new(CHAIN);
    bench.add_to(Phase::Setup, "p1").unwrap();
    bench.running.insert(TaskName::new("p2").unwrap());
    bench.add_all(&["t"]);
    assert_eq!(bench.queue(), "t");
    let mut later = Bench::new(CHAIN);
    later.add_to(Phase::Teardown, "p1").unwrap();
    later.add_all(&["last"]);
    assert_eq!(later.queue(), "p1 last", "a later queue comes too late");
}

#[test]
fn a_prerequisite_that_succeeded_is_not_queued_again() {
    for verdict in [Verdict::Passed, Verdict::Skipped] {
        let mut bench = Bench::new(CHAIN);
        bench.ended("p1", verdict);
        bench.add_all(&["t"]);
        assert_eq!(bench.queue(), "p2 t");
    }
}

#[test]
fn a_prerequisite_that_failed_refuses_its_dependents_and_leaves_no_trace() {
    let mut bench = Bench::new("x\np\na needs p\nb needs p goes-on\nc needs x,a goes-on");
    bench.ended("p", Verdict::Failed);
    assert_eq!(
        bench.add("a"),
        Err("`a` needs `p`, which did not succeed: FAILED".to_owned())
    );
    assert_eq!(bench.add("b"), Ok(false));
    assert_eq!(bench.add("c"), Ok(false), "also further down the chain");
    bench.completed.insert(
        TaskName::new("p").unwrap(),
        Outcome::NotRun(StopCause::Interrupted),
    );
    assert!(bench.add("a").is_err());
    assert_eq!(bench.queue(), "");
}

#[test]
fn ignore_prereq_neither_queues_nor_enforces() {
    let mut bench = Bench::new(CHAIN);
    bench.ignore_prereq = true;
    bench.ended("p1", Verdict::Failed);
    bench.add_all(&["t"]);
    assert_eq!(bench.queue(), "t");
}

#[test]
fn tasks_for_other_devices_are_left_out_and_so_are_their_dependents() {
    let mut bench = Bench::new("a duts b\nt needs a\nfree duts ANY");
    bench.params = GlobalParams::new(
        Some(DutName::new("w").unwrap()),
        None,
        serde_json::Map::new(),
    );
    assert_eq!(bench.add("a"), Ok(false));
    let error = bench.add("t").unwrap_err();
    assert_eq!(
        error,
        "`t` needs `a`, which does not run here: not for DUT w, only for b"
    );
    bench.add_all(&["free"]);
    assert_eq!(bench.queue(), "free");
}

#[test]
fn names_that_are_none_say_what_was_probably_meant() {
    let mut bench = Bench::new("power_on\nboot");
    let error = bench.add("power_onn").unwrap_err();
    assert_eq!(
        error,
        "no task is called `power_onn`; did you mean `power_on`?"
    );
}

#[test]
fn delayed_tasks_come_out_by_when_they_are_ready() {
    let mut bench = Bench::new("a\nb\nc");
    bench.add_all(&["a", "b", "c"]);
    let at = |seconds| crate::model::Timestamp::from_start(std::time::Duration::from_secs(seconds));
    for (place, ready_at) in [(0, 5), (1, 3), (2, 5)] {
        let task = bench.queues.tasks(Phase::Test)[place].clone();
        bench.queues.delay(DelayedTask::new(task, at(ready_at)));
    }
    let order = std::iter::from_fn(|| bench.queues.pop_delayed())
        .map(|delayed| delayed.task.name.to_string());
    assert_eq!(order.collect::<Vec<_>>(), ["b", "a", "c"]);
}

#[test]
fn an_order_is_a_permutation_that_respects_needs() {
    let mut bench = Bench::new("a\nb needs a\nc");
    bench.add_all(&["a", "b", "c"]);
    let queue = bench.queues.tasks(Phase::Test);
    let order = |places: &[usize]| {
        reorder(&queue, places)
            .map(|tasks| {
                tasks
                    .iter()
                    .map(|task| task.name().to_string())
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .map_err(|error| error.to_string())
    };
    assert_eq!(order(&[2, 0, 1]), Ok("c a b".to_owned()));
    assert_eq!(
        order(&[1, 0, 2]),
        Err("the order puts `b` before `a`, which it needs".to_owned())
    );
    for wrong in [&[0, 1][..], &[0, 1, 1], &[0, 1, 3], &[0, 1, 2, 2]] {
        assert!(
            order(wrong)
                .unwrap_err()
                .contains("each of the places 0 to 2 once")
        );
    }
}
