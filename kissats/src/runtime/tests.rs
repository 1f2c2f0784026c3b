//! Runs on real threads against the ATS of this process.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use super::*;
use crate::ats::{Acquired, AtsClient, LocalAts, ResourceReservation, RetryPolicy, acquire};
use crate::engine::Policy;
use crate::model::{
    Bodies, Clock, GlobalParams, LoadedTask, Outcome, SharedParams, TaskBody, TaskContext,
    TaskMain, TaskReturn, Timestamp,
};
use crate::model::{ResourceMode, RunMode};
use crate::plan::tests::task;
use crate::plan::{Catalog, IgnoredTasks, NameFilter, Narrowing, RunPlan, Selection, Step};
use crate::reserve::{Holder, ReservationRequest};

/// What became of a run of these tasks, while `meanwhile` happens.
fn run_in(
    mode: ResourceMode,
    client: &Arc<dyn AtsClient>,
    clock: &Arc<dyn Clock>,
    tasks: Vec<LoadedTask>,
    meanwhile: impl FnOnce(&Interrupts),
) -> (Vec<String>, bool) {
    let outcomes = Arc::new(Mutex::new(BTreeMap::new()));
    let run = run_of(mode, client, clock, tasks, Outcomes(Arc::clone(&outcomes)));
    let interrupts = Interrupts::default();
    let mut run = run::Loop::new(run);
    run.heed(&interrupts);
    let end = std::thread::scope(|scope| {
        let running = scope.spawn(move || {
            run.go_on();
            run.end().2
        });
        meanwhile(&interrupts);
        running.join().unwrap()
    });
    let outcomes = outcomes.lock().unwrap().values().cloned().collect();
    (outcomes, end.interrupted)
}

fn run_of<O>(
    mode: ResourceMode,
    client: &Arc<dyn AtsClient>,
    clock: &Arc<dyn Clock>,
    tasks: Vec<LoadedTask>,
    observer: O,
) -> Run<O> {
    let catalog = Catalog::new(tasks).unwrap();
    let params = GlobalParams::default();
    let names = NameFilter::default();
    let selection = Selection::new(
        &catalog,
        |_| true,
        &params,
        &names,
        IgnoredTasks::Skip,
        &Narrowing::default(),
    )
    .unwrap();
    let plan = RunPlan::new(&catalog, &selection);
    Run {
        plan,
        policy: Policy {
            resource_mode: mode,
            ask_again_after: Duration::from_millis(5),
            ..Policy::default()
        },
        params: Arc::new(SharedParams::new(params)),
        client: Arc::clone(client),
        lender: None,
        clock: Arc::clone(clock),
        capture: Capture::Processes,
        observer,
        sharing: None,
    }
}

/// Writes down what became of each task, once.
struct Outcomes(Arc<Mutex<BTreeMap<Step, String>>>);

impl RunObserver for Outcomes {
    fn delayed(&mut self, _: &RunPlan, _: Step, _: &str, _: Timestamp) {}

    fn ended(&mut self, _: &RunPlan, step: Step, outcome: Outcome, _: Option<&str>) {
        let text = match outcome {
            Outcome::Failed(attempts) => attempts[0].to_string(),
            other => other.to_string(),
        };
        assert_eq!(self.0.lock().unwrap().insert(step, text), None);
    }
}

/// Keeps to itself what became of tasks after the run was given up.
#[derive(Default)]
struct Keeping(Option<String>);

impl RunObserver for Keeping {
    fn delayed(&mut self, _: &RunPlan, _: Step, _: &str, _: Timestamp) {}

    fn ended(&mut self, _: &RunPlan, _: Step, outcome: Outcome, _: Option<&str>) {
        if let Some(told) = &mut self.0 {
            let attempt = outcome.attempts().first();
            let problem = attempt.and_then(|attempt| attempt.problem.as_ref());
            let text = problem.map_or_else(|| outcome.to_string(), ToString::to_string);
            *told += &format!("{text}\n");
        }
    }

    fn given_up(&mut self) {
        self.0 = Some(String::new());
    }

    fn untold(&self) -> String {
        self.0.clone().unwrap_or_default()
    }
}

/// Gives the task another body.
fn does(task: &mut LoadedTask, body: TaskBody) {
    task.resolved_mut().bodies = Bodies::Functions {
        main: TaskMain::Body(body),
        setup: None,
        teardown: None,
    };
}

fn tasks() -> Vec<LoadedTask> {
    fn looks(cx: &TaskContext) -> TaskReturn {
        match cx.resource("psu") {
            Some(psu) if psu.instance == "psu" && cx.resource("lan").is_none() => {
                TaskReturn::passed()
            }
            _ => panic!("{:?}", cx.resources()),
        }
    }
    let lines = [
        "first uses psu",
        "plain",
        "second shares psu",
        "third shares lan",
    ];
    let mut tasks: Vec<LoadedTask> = lines
        .iter()
        .zip(1..)
        .map(|(line, at)| task(line, at).0)
        .collect();
    does(&mut tasks[0], looks);
    does(&mut tasks[2], looks);
    tasks
}

fn bench() -> (Arc<dyn AtsClient>, Arc<dyn Clock>) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    (Arc::new(LocalAts::new(Arc::clone(&clock))), clock)
}

fn psu(who: &str) -> ReservationRequest {
    ReservationRequest::new(Holder::new(who), tasks()[0].spec().needs())
}

fn take(client: &Arc<dyn AtsClient>, request: ReservationRequest) -> ResourceReservation {
    match acquire(client, request, RetryPolicy::default(), Timestamp::START) {
        Ok(Acquired::Held(held)) => held,
        other => panic!("nobody is in the way, and the answer is {other:?}"),
    }
}

#[test]
fn the_run_holds_everything_until_its_last_task_has_ended() {
    static CLIENT: Mutex<Option<Arc<dyn AtsClient>>> = Mutex::new(None);
    /// Needs nothing itself, and finds that the run holds what the others need.
    fn others_are_kept_out(_: &TaskContext) -> TaskReturn {
        let client = CLIENT.lock().unwrap().clone().unwrap();
        let refused = client.request(&psu("somebody else")).unwrap_err();
        assert_eq!(refused.to_string(), "`psu` (exclusive) is held by `a run`");
        TaskReturn::passed()
    }
    let (client, clock) = bench();
    *CLIENT.lock().unwrap() = Some(Arc::clone(&client));
    let mut tasks = tasks();
    does(&mut tasks[1], others_are_kept_out);
    let (outcomes, _) = run_in(ResourceMode::All, &client, &clock, tasks, |_| ());
    assert_eq!(outcomes, ["ok"; 4]);
    drop(take(&client, psu("somebody else")));
}

#[test]
fn everything_is_given_back_when_a_task_panics() {
    let (client, clock) = bench();
    let mut tasks = tasks();
    does(&mut tasks[2], |_| panic!("broken"));
    let (outcomes, _) = run_in(ResourceMode::All, &client, &clock, tasks, |_| ());
    assert_eq!(&outcomes[..2], ["ok"; 2]);
    assert!(outcomes[3].starts_with("not run"), "{outcomes:?}");
    drop(take(&client, psu("somebody else")));
}

#[test]
fn a_run_waits_for_its_slot_and_for_who_says_no_time() {
    let (client, clock) = bench();
    let for_a_while = take(
        &client,
        psu("a").lasting(clock.now().since(Timestamp::START) + Duration::from_millis(60)),
    );
    assert_eq!(
        run_in(ResourceMode::All, &client, &clock, tasks(), |_| ()).0,
        ["ok"; 4]
    );
    assert!(for_a_while.release().is_err(), "its time was over");
    let forever = take(&client, psu("b"));
    let (outcomes, _) = run_in(ResourceMode::All, &client, &clock, tasks(), |_| {
        drop(forever)
    });
    assert_eq!(outcomes, ["ok"; 4]);
}

#[test]
fn a_run_that_cannot_have_everything_fails_before_any_task() {
    let (client, clock) = bench();
    let held = take(&client, psu("b"));
    let mut tasks = tasks();
    let spec = Arc::make_mut(&mut tasks[2].resolved_mut().spec);
    spec.max_resource_wait = Some(Duration::from_millis(400));
    let (outcomes, interrupted) = run_in(ResourceMode::All, &client, &clock, tasks, |_| ());
    let unmet = "Exception: resources not met: the run could not reserve what its tasks need: \
                 waited 400ms (max_resource_wait), and `psu` (exclusive) is held by `b`";
    let not_run = "not run: first stopped the suite";
    assert_eq!(outcomes, [unmet, not_run, unmet, unmet]);
    assert!(!interrupted);
    held.release().unwrap();
    drop(take(&client, psu("c")));
}

#[test]
fn a_run_that_waits_can_be_interrupted() {
    let (client, clock) = bench();
    let _held = take(&client, psu("b"));
    let (outcomes, interrupted) =
        run_in(ResourceMode::All, &client, &clock, tasks(), |interrupts| {
            interrupts.interrupt()
        });
    assert_eq!(outcomes, ["not run: the run was interrupted"; 4]);
    assert!(interrupted);
}

#[test]
fn a_run_is_given_up_although_its_main_worker_hangs() {
    static AT_WORK: Barrier = Barrier::new(2);
    fn hangs(_: &TaskContext) -> TaskReturn {
        AT_WORK.wait();
        AT_WORK.wait();
        TaskReturn::passed()
    }
    for mode in [ResourceMode::All, ResourceMode::PerTaskSeparate] {
        let (client, clock) = bench();
        let mut tasks = tasks();
        does(&mut tasks[2], hangs);
        let interrupts = Interrupts::default();
        let run = run_of(mode, &client, &clock, tasks, Keeping::default());
        let run = RunInProgress::new(run, &interrupts);
        let mut told = String::new();
        std::thread::scope(|scope| {
            let run = &run;
            let main_worker = scope.spawn(|| run.finish(&interrupts));
            AT_WORK.wait();
            interrupts.interrupt_or(|_| panic!("what is running may end"));
            interrupts.interrupt_or(|how| {
                told = how.to_owned();
                drop(take(&client, psu("somebody else")));
            });
            AT_WORK.wait();
            assert!(main_worker.join().unwrap().is_none());
        });
        let expected =
            "what it held is given back\nnot run: the run was interrupted\ninterrupted\n";
        assert_eq!(told, expected);
    }
}

#[test]
fn a_waiting_task_keeps_what_is_set_aside_for_it() {
    let (client, clock) = bench();
    // Long enough for a busy machine to have the task ask before it is over.
    let a_while = Duration::from_millis(300);
    let end = clock.now() + a_while;
    let first = take(
        &client,
        psu("a").needed_at(Timestamp::START).lasting(a_while),
    );
    let mut behind = None;
    let mode = ResourceMode::PerTaskSeparate;
    let (outcomes, _) = run_in(mode, &client, &clock, tasks(), |_| {
        // Whoever comes while the task waits comes behind it, though the first hold ends for both.
        while clock.now() < end && behind.is_none() {
            let answer = client.availability(&psu("c").lasting(a_while)).unwrap();
            behind = answer.soonest.is_none().then_some(());
            std::thread::yield_now();
        }
    });
    assert_eq!(outcomes, ["ok"; 4]);
    assert!(
        behind.is_some(),
        "the task had a slot until it gives it back"
    );
    assert!(first.release().is_err(), "its time was over");
}

/// Tasks that may run beside each other, some of which want the same or have a time-out.
fn many_tasks() -> Vec<LoadedTask> {
    let lines = (0..120).map(|at| match at % 6 {
        0 => format!("t{at} goes-on uses psu"),
        3 => format!("t{at} goes-on shares psu"),
        4 => format!("t{at} goes-on needs t{}", at - 1),
        _ => format!("t{at} goes-on"),
    });
    let mut tasks: Vec<LoadedTask> = lines.zip(1..).map(|(line, at)| task(&line, at).0).collect();
    for (at, task) in tasks.iter_mut().enumerate() {
        let spec = Arc::make_mut(&mut task.resolved_mut().spec);
        spec.thread_safe = at % 7 != 0;
        spec.timeout = (at % 10 == 0).then_some(Duration::from_secs(60));
        if at % 20 == 5 {
            does(task, |_| panic!("broken"));
        }
    }
    tasks
}

fn beside_each_other<O>(mut run: Run<O>) -> Run<O> {
    run.policy.run_mode = RunMode::Thread;
    run.policy.thread_limit = NonZeroU32::new(4).unwrap();
    run
}

#[test]
fn threads_of_bodies_carry_the_run_to_its_end() {
    let (client, clock) = bench();
    for _ in 0..20 {
        let outcomes = Outcomes(Arc::new(Mutex::new(BTreeMap::new())));
        let mode = ResourceMode::PerTaskSeparate;
        let run = run_of(mode, &client, &clock, many_tasks(), outcomes);
        let interrupts = Interrupts::default();
        let run = RunInProgress::new(beside_each_other(run), &interrupts);
        let finished = run.finish(&interrupts).unwrap();
        assert!(finished.end.is_some_and(|end| end.stopped.is_none()));
        let outcomes = finished.observer.0.lock().unwrap();
        assert_eq!(outcomes.len(), 120);
        let ok = outcomes.values().filter(|outcome| *outcome == "ok").count();
        // Six are broken, and two need one of those.
        assert_eq!(ok, 112, "{outcomes:?}");
        drop(take(&client, psu("somebody else")));
    }
}

#[test]
fn a_run_that_breaks_on_the_thread_of_a_body_ends() {
    struct Breaks;
    impl RunObserver for Breaks {
        fn delayed(&mut self, _: &RunPlan, _: Step, _: &str, _: Timestamp) {}
        fn ended(&mut self, _: &RunPlan, step: Step, _: Outcome, _: Option<&str>) {
            assert!(step.position() < 60, "a mistake that is planted");
        }
    }
    let (client, clock) = bench();
    let run = run_of(
        ResourceMode::PerTaskSeparate,
        &client,
        &clock,
        many_tasks(),
        Breaks,
    );
    let interrupts = Interrupts::default();
    let run = RunInProgress::new(beside_each_other(run), &interrupts);
    assert!(run.finish(&interrupts).unwrap().end.is_none());
}
