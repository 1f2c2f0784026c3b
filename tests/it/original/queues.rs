//! The queues themselves, and the one for tasks that wait.

use std::sync::Arc;
use std::time::Duration;

use kissats::{
    Acquired, AtsClient, Clock, DelayedTask, GlobalParams, Holder, LocalAts, PackQueues, Phase,
    QueuedTask, ReservationMode, ReservationRequest, ResourceMode, ResourceName, ResourceNeed,
    RetryPolicy, SystemClock, TaskName, TaskPack, TaskQueues, TaskReturn, Timestamp, acquire, json,
};

use super::support::{Log, Made, pack, passes, queued, told};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_start(Duration::from_secs(seconds))
}

#[test]
fn of_the_tasks_that_wait_the_one_that_is_ready_first_comes_first() {
    let mut pack = pack();
    for name in ["a", "b", "c", "d"] {
        pack.add_test_task(passes(name)).unwrap();
    }
    let mut queues = PackQueues::default();
    for (task, ready) in pack.queue(Phase::Test).into_iter().zip([7, 3, 9, 3]) {
        queues.delay(DelayedTask::new(task, at(ready)));
    }
    let names = |tasks: &[DelayedTask]| {
        let names = tasks.iter().map(|delayed| delayed.task.name().to_string());
        names.collect::<Vec<_>>().concat()
    };
    assert_eq!(
        names(&queues.delayed()),
        "bdac",
        "of two at once the first that came"
    );
    let first = queues.pop_delayed().unwrap();
    assert_eq!((first.task.name().as_str(), first.ready_at), ("b", at(3)));
    queues.clear_delayed();
    assert_eq!(queues.pop_delayed(), None);
}

#[test]
fn taking_from_an_empty_queue_is_no_error() {
    let mut queues = PackQueues::default();
    for phase in [Phase::Setup, Phase::Test, Phase::Teardown] {
        assert!(queues.is_empty(phase));
        assert_eq!(queues.remove(phase, 0), None);
        queues.clear(phase);
    }
}

/// Tells what is put in.
struct Telling {
    inner: PackQueues,
    log: Log<String>,
}

impl TaskQueues for Telling {
    fn tasks(&self, phase: Phase) -> Vec<QueuedTask> {
        self.inner.tasks(phase)
    }

    fn insert(&mut self, phase: Phase, place: usize, task: QueuedTask) {
        self.log
            .push(format!("{} {place} {}", phase.as_str(), task.name()));
        self.inner.insert(phase, place, task);
    }

    fn remove(&mut self, phase: Phase, place: usize) -> Option<QueuedTask> {
        self.inner.remove(phase, place)
    }

    fn clear(&mut self, phase: Phase) {
        self.inner.clear(phase);
    }

    fn contains(&self, phase: Phase, name: &TaskName) -> bool {
        self.inner.contains(phase, name)
    }

    fn delay(&mut self, task: DelayedTask) {
        self.log.push(format!("delayed {}", task.task.name()));
        self.inner.delay(task);
    }

    fn delayed(&self) -> Vec<DelayedTask> {
        self.inner.delayed()
    }

    fn pop_delayed(&mut self) -> Option<DelayedTask> {
        self.inner.pop_delayed()
    }

    fn clear_delayed(&mut self) {
        self.inner.clear_delayed();
    }
}

/// A pack with queues of its own and what they tell.
fn telling_pack() -> (TaskPack, Log<String>) {
    let log = Log::new();
    let queues = Telling {
        inner: PackQueues::default(),
        log: log.clone(),
    };
    let pack = TaskPack::with_queues(GlobalParams::default(), queues).unwrap();
    (pack, log)
}

#[test]
fn queues_of_the_programs_own_are_used_for_everything() {
    let (mut pack, log) = telling_pack();
    pack.add_test_task("second").unwrap();
    pack.add_teardown_task(passes("down")).unwrap();
    assert_eq!(
        log.all(),
        ["test 0 helper", "test 1 second", "teardown 0 down"]
    );
    assert_eq!(queued(&pack, Phase::Test), "helper, second");
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["helper: ok", "second: ok", "down: ok"]
    );
}

/// An ATS, and a holder who has its power supply.
fn busy() -> (Arc<dyn AtsClient>, kissats::ResourceReservation) {
    let clock = SystemClock::start();
    let ats: Arc<dyn AtsClient> = Arc::new(LocalAts::new(Arc::new(clock)));
    let psu = ResourceName::new("psu").unwrap();
    let need = ResourceNeed::new(psu, ReservationMode::Exclusive);
    let request = ReservationRequest::new(Holder::new("ada"), vec![need]);
    match acquire(&ats, request, RetryPolicy::default(), clock.now()) {
        Ok(Acquired::Held(held)) => (ats, held),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_task_that_waits_lets_others_go_first_and_runs_when_it_can() {
    let (ats, held) = busy();
    let (mut pack, log) = telling_pack();
    pack.set_resource_mode(ResourceMode::PerTaskSeparate);
    pack.set_ats_client(ats);
    let keys = json!({ "exclusive_resources": ["psu"], "max_resource_wait": 20 });
    pack.add_test_task(Made::new("waits", keys)).unwrap();
    let held = std::sync::Mutex::new(Some(held));
    let frees = passes("frees").main(move |_| {
        drop(held.lock().unwrap().take());
        TaskReturn::passed()
    });
    pack.add_test_task(frees).unwrap();
    assert_eq!(
        told(&pack.run_test_queue().unwrap()),
        ["frees: ok", "waits: ok"]
    );
    assert!(log.all().contains(&"delayed waits".to_owned()));
    assert!(pack.delay_queue().is_empty());
}

#[test]
fn a_task_that_has_waited_long_enough_says_for_what_and_for_whom() {
    let (ats, _held) = busy();
    let (mut pack, _) = telling_pack();
    pack.set_resource_mode(ResourceMode::PerTaskSeparate);
    pack.set_ats_client(ats);
    let keys = json!({ "exclusive_resources": ["psu"], "max_resource_wait": 0.05 });
    pack.add_test_task(Made::new("waits", keys)).unwrap();
    let summary = pack.run_test_queue().unwrap();
    let attempt = &summary.outcome("waits").unwrap().attempts()[0];
    let text = attempt.problem.as_ref().unwrap().to_string();
    assert!(
        text.contains("`psu` (exclusive) is held by `ada`"),
        "{text}"
    );
    assert!(pack.delay_queue().is_empty());
}

#[test]
fn a_device_that_is_set_by_the_program_filters_what_is_added_from_then_on() {
    let mut pack = pack();
    let for_b = || Made::new("b", json!({ "valid_duts": ["widget-b"] }));
    assert!(pack.add_test_task(for_b()).unwrap(), "no device, no filter");
    pack.clear_test_queue();
    pack.set_dut(Some(kissats::DutName::new("widget-a").unwrap()));
    assert!(!pack.add_test_task(for_b()).unwrap());
    pack.set_dut(None);
    assert!(pack.add_test_task(for_b()).unwrap());
}
