//! Packs that run, with tasks made here.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::model::QueueError;
use crate::model::{
    GlobalParams, NewTask, Outcome, PackName, Phase, ResourceMode, StopCause, Task, TaskContext,
    TaskName, TaskReturn, TaskSpec, Verdict,
};
use crate::plan::Catalog;
use crate::plan::tests::{catalog, task};
use crate::queue::{Library, PackQueues, PrereqCheck};

type Body = Arc<dyn Fn(&TaskContext) -> TaskReturn + Send + Sync>;

/// A task of a few words: see `plan::tests::task`.
struct Scripted {
    line: &'static str,
    body: Body,
}

impl Task for Scripted {
    fn get_params(&self, _: &GlobalParams) -> TaskSpec {
        (*task(self.line, 1).0.spec()).clone()
    }

    fn task_main(&self, cx: &TaskContext) -> TaskReturn {
        (self.body)(cx)
    }
}

fn scripted(
    line: &'static str,
    body: impl Fn(&TaskContext) -> TaskReturn + Send + Sync + 'static,
) -> NewTask {
    NewTask::value(Scripted {
        line,
        body: Arc::new(body),
    })
}

fn ends(line: &'static str, verdict: Verdict) -> NewTask {
    scripted(line, move |_| TaskReturn::new(verdict.clone()))
}

fn passes(line: &'static str) -> NewTask {
    ends(line, Verdict::Passed)
}

fn pack() -> TaskPack {
    TaskPack::of_library(
        Library::default(),
        GlobalParams::default(),
        Box::new(PackQueues::default()),
    )
}

fn pack_of(lines: &str) -> TaskPack {
    let library = Library::new(catalog(lines).unwrap());
    TaskPack::of_library(
        library,
        GlobalParams::default(),
        Box::new(PackQueues::default()),
    )
}

fn names(pack: &TaskPack, phase: Phase) -> String {
    let names = pack
        .queue(phase)
        .into_iter()
        .map(|task| task.name().to_string());
    names.collect::<Vec<_>>().join(" ")
}

/// `name outcome` of everything that ended.
fn told(summary: &RunSummary) -> Vec<String> {
    summary
        .outcomes
        .iter()
        .map(|(name, outcome)| format!("{name} {outcome}"))
        .collect()
}

#[test]
fn queues_run_in_order_and_end_empty() {
    let mut pack = pack();
    pack.add_teardown_task(passes("down")).unwrap();
    pack.add_test_task(passes("a")).unwrap();
    pack.add_test_task(ends("b", Verdict::Skipped)).unwrap();
    pack.add_setup_task(passes("up")).unwrap();
    let summary = pack.run_all_queues().unwrap();
    assert_eq!(told(&summary), ["up ok", "a ok", "b skipped", "down ok"]);
    assert!(summary.is_success());
    assert_eq!(pack.est_run_time(), Duration::ZERO);
    assert_eq!(pack.completed_tasks().len(), 4);
    assert!(
        pack.run_all_queues().unwrap().outcomes.is_empty(),
        "empty queues are fine"
    );
}

#[test]
fn a_failure_stops_the_run_teardown_runs_and_the_rest_can_be_resumed() {
    let mut pack = pack();
    for new in [
        passes("a"),
        ends("b", Verdict::Failed),
        passes("c"),
        passes("d"),
    ] {
        pack.add_test_task(new).unwrap();
    }
    pack.add_teardown_task(passes("down")).unwrap();
    let summary = pack.run_all_queues().unwrap();
    assert_eq!(told(&summary), ["a ok", "b FAILED", "down ok"]);
    assert_eq!(
        summary.stopped,
        Some(StopCause::StoppedBy(TaskName::new("b").unwrap()))
    );
    assert_eq!(names(&pack, Phase::Test), "c d");
    let rest = pack.run_all_queues().unwrap();
    assert_eq!(told(&rest), ["c ok", "d ok"]);
    assert!(rest.is_success());
}

#[test]
fn a_failed_setup_keeps_the_tests_from_running_but_not_the_teardown() {
    let mut pack = pack();
    pack.add_setup_task(ends("up", Verdict::Exception)).unwrap();
    pack.add_test_task(passes("a")).unwrap();
    pack.add_teardown_task(passes("down")).unwrap();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["up FAILED", "down ok"]
    );
}

#[test]
fn what_needs_a_failed_task_is_blocked_through_the_whole_chain() {
    let mut pack = pack();
    pack.add_test_task(ends("a goes-on", Verdict::Failed))
        .unwrap();
    pack.add_test_task(passes("b needs a")).unwrap();
    pack.add_test_task(passes("c needs b")).unwrap();
    let summary = pack.run_test_queue().unwrap();
    assert_eq!(
        told(&summary),
        [
            "a FAILED",
            "b blocked by a (FAILED)",
            "c blocked by b, blocked by a (FAILED)"
        ]
    );
    assert!(!summary.is_success());
    let completed = pack.completed_tasks();
    let results: Vec<&str> = completed.values().map(Outcome::result).collect();
    assert_eq!(results, ["Failed", "Skipped", "Skipped"]);
}

#[test]
fn a_prerequisite_in_an_earlier_queue_counts() {
    let mut pack = pack();
    pack.add_setup_task(passes("up")).unwrap();
    pack.add_test_task(passes("a needs up")).unwrap();
    assert_eq!(told(&pack.run_all_queues().unwrap()), ["up ok", "a ok"]);
}

#[test]
fn a_prerequisite_that_was_taken_out_of_its_queue_blocks() {
    let mut pack = pack();
    pack.add_setup_task(passes("up")).unwrap();
    pack.add_test_task(passes("a needs up")).unwrap();
    pack.clear_setup_queue();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["a blocked by up (it was not queued)"]
    );
}

#[test]
fn a_running_task_may_add_others_to_its_own_queue_at_either_end() {
    let mut pack = pack();
    let adds = scripted("first", |cx| {
        cx.add_test_task(passes("end")).unwrap();
        cx.add_test_task(NewTask {
            top: true,
            ..passes("next")
        })
        .unwrap();
        TaskReturn::passed()
    });
    pack.add_test_task(adds).unwrap();
    pack.add_test_task(passes("second")).unwrap();
    assert_eq!(
        told(&pack.run_test_queue().unwrap()),
        ["first ok", "next ok", "second ok", "end ok"]
    );
}

#[test]
fn a_running_task_may_add_others_to_another_queue_and_its_own_goes_on() {
    let mut pack = pack();
    let adds = scripted("up", |cx| {
        cx.add_teardown_task(passes("down")).unwrap();
        cx.add_test_task(passes("test")).unwrap();
        TaskReturn::passed()
    });
    pack.add_setup_task(adds).unwrap();
    pack.add_setup_task(passes("up2")).unwrap();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["up ok", "up2 ok", "test ok", "down ok"]
    );
}

#[test]
fn a_task_that_is_added_may_need_the_one_that_adds_it() {
    let mut pack = pack();
    let adds = scripted("a", |cx| {
        cx.add_test_task(passes("b needs a")).unwrap();
        TaskReturn::passed()
    });
    pack.add_test_task(adds).unwrap();
    assert_eq!(told(&pack.run_test_queue().unwrap()), ["a ok", "b ok"]);
}

#[test]
fn what_a_task_changes_is_seen_by_later_ones() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut pack = pack();
    for line in ["a", "b", "c"] {
        let seen = Arc::clone(&seen);
        let counts = scripted(line, move |cx| {
            let count = cx.params().get::<u32>("count").unwrap().unwrap_or(0);
            cx.set_param("count", count + 1);
            assert_eq!(
                cx.params().get::<u32>("count").unwrap().unwrap_or(0),
                count,
                "its own view stays"
            );
            seen.lock().unwrap().push(count);
            TaskReturn::passed()
        });
        pack.add_test_task(counts).unwrap();
    }
    pack.run_test_queue().unwrap();
    assert_eq!(*seen.lock().unwrap(), [0, 1, 2]);
    assert_eq!(pack.params().get::<u32>("count").unwrap(), Some(3));
}

#[test]
fn ignore_prereq_runs_everything() {
    let mut pack = pack();
    pack.set_ignore_prereq(true);
    pack.add_test_task(passes("b needs a")).unwrap();
    assert_eq!(told(&pack.run_test_queue().unwrap()), ["b ok"]);
}

#[test]
fn groups_bring_their_setup_and_teardown_and_the_global_ones_once() {
    let lines = "up setup\ndown teardown\nx_up setup in x\nx_down teardown in x\ny_up setup in y\ny_down teardown in y\n\
                 a in x\nb in x,y\nc in y";
    let mut pack = pack_of(lines);
    pack.add_test_group("x").unwrap();
    pack.add_test_group("y").unwrap();
    assert_eq!(names(&pack, Phase::Setup), "up x_up y_up");
    assert_eq!(names(&pack, Phase::Test), "a b c");
    assert_eq!(names(&pack, Phase::Teardown), "y_down x_down down");
    assert_eq!(pack.test_groups(), ["x", "y"]);
    assert_eq!(pack.get_seq_group("y", Phase::Test), ["b", "c"]);
    assert_eq!(pack.setup_list(), ["up"]);
    assert_eq!(pack.teardown_list(), ["down"]);
    let error = pack.add_test_group("z").unwrap_err();
    assert!(
        matches!(error, PackError::Queue(QueueError::UnknownGroup { .. })),
        "{error}"
    );
    assert_eq!(pack.test_groups().len(), 2);
    assert!(pack.run_all_queues().unwrap().is_success());
}

#[test]
fn adding_a_group_is_all_or_nothing() {
    let mut pack = pack_of("up setup in x\na in x\nb in x needs p\np");
    pack.add_test_task("p").unwrap();
    pack.state.inner().completed.insert(
        TaskName::new("p").unwrap(),
        Outcome::NotRun(StopCause::Interrupted),
    );
    pack.clear_all_queues();
    assert!(pack.add_test_group("x").is_err());
    assert_eq!(names(&pack, Phase::Setup), "");
    assert_eq!(names(&pack, Phase::Test), "");
}

#[test]
fn every_end_is_told_in_order_and_a_broken_listener_does_not_end_the_run() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut pack = pack();
    let listener = Arc::clone(&told);
    pack.set_report_func(move |record| {
        listener
            .lock()
            .unwrap()
            .push(format!("{} {}", record.name, record.result));
        assert!(record.name != "a", "the listener broke");
    });
    for new in [passes("a"), ends("b", Verdict::Skipped), passes("c")] {
        pack.add_test_task(new).unwrap();
    }
    let summary = pack.run_test_queue().unwrap();
    assert_eq!(*told.lock().unwrap(), ["a Passed", "b Skipped", "c Passed"]);
    assert_eq!(summary.report_problems, ["the listener broke"]);
}

#[test]
fn what_all_need_is_listed_once_and_the_time_is_added_up() {
    let mut pack = pack_of("a uses psu shares lan\nb shares psu\nc shares lan");
    for name in ["a", "b", "c"] {
        pack.add_test_task(name).unwrap();
    }
    let needs: Vec<String> = pack
        .all_resources()
        .iter()
        .map(|need| format!("{} {}", need.resource, need.mode))
        .collect();
    assert_eq!(needs, ["lan shared", "psu exclusive"]);
    assert_eq!(pack.est_run_time(), Duration::from_secs(3 * 3600));
    pack.clear_test_queue();
    assert_eq!(pack.est_run_time(), Duration::ZERO);
}

#[test]
fn a_task_that_waits_for_a_resource_stands_in_the_delay_queue_and_others_run() {
    let mut pack = pack();
    let hangs = scripted("hangs uses dut goes-on", |_| {
        std::thread::park_timeout(Duration::from_millis(300));
        TaskReturn::passed()
    });
    let NewTask {
        source: crate::model::TaskSource::Value(inner),
        ..
    } = hangs
    else {
        panic!("a value")
    };
    struct Limited(Arc<dyn Task>);
    impl Task for Limited {
        fn get_params(&self, params: &GlobalParams) -> TaskSpec {
            let mut spec = self.0.get_params(params);
            spec.timeout = Some(Duration::from_millis(1));
            spec
        }
        fn task_main(&self, cx: &TaskContext) -> TaskReturn {
            self.0.task_main(cx)
        }
    }
    pack.add_test_task(NewTask::value(Limited(inner))).unwrap();
    pack.add_test_task(passes("waits uses dut")).unwrap();
    let state = Arc::clone(&pack.state);
    let free = scripted("free", move |_| {
        let delayed = state.inner().queues.delayed();
        TaskReturn::passed().with_message(delayed[0].task.name().to_string())
    });
    pack.add_test_task(free).unwrap();
    let summary = pack.run_test_queue().unwrap();
    let order: Vec<&str> = summary
        .outcomes
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(order, ["hangs", "free", "waits"]);
    assert_eq!(
        summary.outcome("free").unwrap().attempts()[0]
            .answer
            .message,
        "waits"
    );
    assert!(pack.delay_queue().is_empty());
}

#[test]
fn a_value_whose_params_panic_is_refused() {
    struct Broken;
    impl Task for Broken {
        fn get_params(&self, _: &GlobalParams) -> TaskSpec {
            panic!("no parameters")
        }
        fn task_main(&self, _: &TaskContext) -> TaskReturn {
            TaskReturn::passed()
        }
    }
    let error = pack().add_test_task(NewTask::value(Broken)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`get_params` of the task panicked: no parameters"
    );
}

#[test]
fn check_prereqs_says_what_is_needed_and_what_failed() {
    let mut pack = pack_of("a\nb\nc\nt needs a,b,c");
    let ended = |verdict: Verdict| {
        let result =
            crate::model::TaskResult::new(TaskReturn::new(verdict.clone()), Duration::ZERO);
        if verdict == Verdict::Passed {
            Outcome::Passed(vec![result])
        } else {
            Outcome::Failed(vec![result])
        }
    };
    {
        let mut inner = pack.state.inner();
        inner
            .completed
            .insert(TaskName::new("a").unwrap(), ended(Verdict::Passed));
        inner
            .completed
            .insert(TaskName::new("b").unwrap(), ended(Verdict::Failed));
    }
    let PrereqCheck { needed, failed } = pack.check_prereqs("t").unwrap();
    assert_eq!(
        (needed, failed),
        (
            vec![TaskName::new("c").unwrap()],
            vec![TaskName::new("b").unwrap()]
        )
    );
    assert!(pack.check_prereqs("nobody").is_err());
    pack.clear_all_queues();
}

/// Hangs until it is told to go, and says when it has begun.
fn hangs(
    line: &'static str,
) -> (
    NewTask,
    std::sync::mpsc::Receiver<()>,
    std::sync::mpsc::Sender<()>,
) {
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let may_go = Mutex::new(may_go);
    let task = scripted(line, move |_| {
        let _ = begun.send(());
        let _ = may_go.lock().unwrap().recv();
        TaskReturn::passed()
    });
    (task, has_begun, go)
}

#[test]
fn a_second_interrupt_ends_a_run_whose_task_hangs() {
    let mut pack = pack();
    let (task, has_begun, go) = hangs("hangs uses dut");
    pack.add_test_task(task).unwrap();
    pack.add_test_task(passes("later")).unwrap();
    pack.add_teardown_task(passes("down uses dut")).unwrap();
    let interrupter = pack.interrupter();
    let summary = std::thread::scope(|scope| {
        scope.spawn(move || {
            has_begun.recv().unwrap();
            interrupter.interrupt();
            interrupter.interrupt();
        });
        pack.run_all_queues().unwrap()
    });
    assert_eq!(told(&summary), ["hangs FAILED"]);
    assert_eq!(summary.stopped, Some(StopCause::Interrupted));
    assert_eq!(names(&pack, Phase::Test), "later");
    let rest = pack.run_all_queues().unwrap();
    assert_eq!(told(&rest), ["later ok", "down ok"], "all is given back");
    drop(go);
}

#[test]
fn a_global_timeout_counts_from_the_start_of_the_run() {
    let mut pack = pack();
    let limit = Duration::from_millis(300);
    pack.set_global_timeout(Some(limit));
    // The pack is older than that.
    let (_sender, nothing) = std::sync::mpsc::channel::<()>();
    assert!(nothing.recv_timeout(limit).is_err());
    let (task, _has_begun, go) = hangs("hangs");
    pack.add_setup_task(passes("up")).unwrap();
    pack.add_test_task(task).unwrap();
    pack.add_test_task(passes("later")).unwrap();
    pack.add_teardown_task(passes("down")).unwrap();
    let summary = pack.run_all_queues().unwrap();
    assert_eq!(told(&summary), ["up ok", "hangs FAILED", "down ok"]);
    assert_eq!(summary.stopped, Some(StopCause::TimedOut(limit)));
    drop(go);
}

#[test]
fn a_function_may_order_the_queues_but_not_against_what_tasks_need() {
    let mut pack = pack();
    for new in [passes("a"), passes("b needs a"), passes("c")] {
        pack.add_test_task(new).unwrap();
    }
    pack.set_resource_mode(ResourceMode::CustomSeparate);
    pack.set_schedule_func(|queue: &[crate::queue::QueuedTask]| (0..queue.len()).rev().collect());
    let error = pack.run_all_queues().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the order puts `b` before `a`, which it needs"
    );
    assert_eq!(
        names(&pack, Phase::Test),
        "a b c",
        "nothing ran, nothing moved"
    );
    pack.set_schedule_func(|queue: &[crate::queue::QueuedTask]| {
        if queue.is_empty() {
            vec![]
        } else {
            vec![2, 0, 1]
        }
    });
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["c ok", "a ok", "b ok"]
    );
}

#[test]
fn a_package_needs_no_name_in_front_of_its_tasks_and_its_groups_are_its_own() {
    let of = |package: &str, line, number| {
        let mut task = task(line, number).0;
        task.resolved_mut().pack = PackName::new(package).unwrap();
        task
    };
    let tasks = vec![
        of("bench", "a in x", 1),
        of("bench", "c in y", 2),
        of("lab", "a in x", 1),
        of("lab", "b in z", 2),
    ];
    let library = Library::new(Catalog::new(tasks).unwrap());
    let library = library.of_package(Some(PackName::new("lab").unwrap()));
    let mut pack = TaskPack::of_library(
        library,
        GlobalParams::default(),
        Box::new(PackQueues::default()),
    );
    pack.add_test_task("a").unwrap();
    pack.add_test_task("bench::c").unwrap();
    pack.add_test_task(passes("t needs b")).unwrap();
    assert_eq!(names(&pack, Phase::Test), "lab::a bench::c lab::b t");
    assert!(pack.add_test_task("c").is_err());
    assert_eq!(pack.get_seq_group("x", Phase::Test), ["lab::a"]);
    assert!(pack.add_test_group("y").is_err());
    pack.add_test_group("z").unwrap();
    assert!(pack.run_all_queues().unwrap().is_success());
}
