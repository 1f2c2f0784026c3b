//! What holds for every run that a dispatcher leads, over random workloads in virtual time; and that a
//! dispatcher with a mistake is found out.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::key::Key;
use super::mistake::Mistake;
use super::{DispatchTask, Dispatcher};
use crate::schedule::{Need, Share, Stock, WorkTask, Workload};

/// A random workload, and what happens in its run.
#[derive(Debug, Clone)]
struct Case {
    workload: Workload,
    /// How long each task really takes.
    actual: Vec<u64>,
    patience: u64,
    moment: u64,
    /// What goes wrong with which task.
    faults: BTreeMap<u32, Fault>,
    /// Whether it is planned again at every moment.
    is_replanned: bool,
}

impl Case {
    /// The levels from this moment on.
    fn levels(&self, now: u64) -> Vec<u64> {
        let mut levels = self.workload.levels();
        if self.is_replanned {
            let count = levels.len();
            levels.rotate_left(now as usize % count);
        }
        levels
    }
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    /// Somebody outside has what it needs; it asks again two ticks later.
    Refused,
    /// It is taken out of the run before it was started.
    Withdrawn,
}

fn case() -> impl Strategy<Value = Case> {
    let stocks = vec![
        Stock::lock(),
        Stock::lock(),
        Stock::lock(),
        Stock::pool(3),
        Stock::pool(4).shared_as_a_whole(),
    ];
    let need = prop_oneof![
        (0..5_u32).prop_map(Need::shared),
        (0..5_u32).prop_map(|resource| Need::units(resource, 1)),
        (3..5_u32).prop_map(|resource| Need::units(resource, 3)),
    ];
    let task = move |index: u32| {
        let needs = prop::collection::vec(need.clone(), 0..4);
        let prereqs = prop::collection::btree_set(0..index.max(1), 0..2);
        (0..9_u64, 0..9_u64, needs, prereqs, -1..2_i32).prop_map(
            move |(duration, actual, mut needs, prereqs, priority)| {
                needs.sort_by_key(|need| need.resource);
                needs.dedup_by_key(|need| need.resource);
                let prereqs = prereqs.into_iter().filter(|on| *on < index).collect();
                let task = WorkTask {
                    duration,
                    prereqs,
                    needs,
                    // Mostly none: a priority hides what else decides.
                    priority: priority * i32::from(duration == 3),
                };
                (task, actual)
            },
        )
    };
    let fault = prop_oneof![Just(Fault::Refused), Just(Fault::Withdrawn)];
    let faults = prop::collection::btree_map(0..30_u32, fault, 0..4);
    let tasks = (1..30_u32).prop_flat_map(move |size| (0..size).map(&task).collect::<Vec<_>>());
    let patience = prop_oneof![Just(u64::MAX), 0..20_u64];
    let moment = prop_oneof![Just(0), 1..12_u64];
    let others = (patience, moment, faults, any::<bool>());
    (tasks, 1..5_u32, others).prop_map(move |(tasks, workers, others)| {
        let (patience, moment, faults, is_replanned) = others;
        let (tasks, actual) = tasks.into_iter().unzip();
        Case {
            workload: Workload::new(workers, stocks.clone(), tasks).unwrap(),
            actual,
            patience,
            moment,
            faults,
            is_replanned,
        }
    })
}

/// What is held, kept by the tests themselves.
#[derive(Debug, Default)]
struct Book {
    out: BTreeMap<u32, u32>,
    sharing: BTreeMap<u32, u32>,
}

impl Book {
    fn fits(&self, workload: &Workload, task: u32) -> bool {
        workload.needs(task).iter().all(|need| {
            let stock = workload.stocks()[need.resource as usize];
            let out = self.out.get(&need.resource).copied().unwrap_or(0);
            let is_shared = self
                .sharing
                .get(&need.resource)
                .is_some_and(|count| *count > 0);
            let units = match need.share {
                Share::Shared if is_shared => 0,
                Share::Shared => stock.shared_takes,
                Share::Units(units) => units,
            };
            let shared = if is_shared { stock.shared_takes } else { 0 };
            out + shared + units <= stock.capacity
        })
    }

    fn change(&mut self, workload: &Workload, task: u32, takes: bool) {
        for need in workload.needs(task) {
            let (book, units) = match need.share {
                Share::Shared => (&mut self.sharing, 1),
                Share::Units(units) => (&mut self.out, units),
            };
            let count = book.entry(need.resource).or_default();
            *count = if takes {
                *count + units
            } else {
                *count - units
            };
        }
    }
}

/// What is still to happen to a task that was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Ends,
    IsReadyAgain,
}

/// A dispatcher that knows the tasks of the workload.
fn dispatcher_of(case: &Case) -> Dispatcher {
    let workload = &case.workload;
    let levels = case.levels(0);
    let dispatcher = Dispatcher::new(workload.workers(), workload.stocks());
    let dispatcher = dispatcher.with_patience(case.patience);
    let mut dispatcher = dispatcher.with_moment(case.moment);
    for task in 0..workload.len() as u32 {
        let known = DispatchTask {
            duration: workload.durations()[task as usize],
            level: levels[task as usize],
            priority: workload.priority(task),
        };
        dispatcher.admit(&known, workload.needs(task));
    }
    dispatcher
}

/// Leads one run to its end.
fn run(case: &Case, mistake: Option<Mistake>) -> Result<Vec<(u64, u32)>, TestCaseError> {
    let mut dispatcher = dispatcher_of(case);
    dispatcher.mistake = mistake;
    lead(&mut dispatcher, case, usize::MAX)
}

/// Leads a run until so many tasks were started or none is left, and checks after every step that nothing
/// is taken twice and nobody could start.
fn lead(
    dispatcher: &mut Dispatcher,
    case: &Case,
    most: usize,
) -> Result<Vec<(u64, u32)>, TestCaseError> {
    let workload = &case.workload;
    let count = workload.len() as u32;
    let mut open: Vec<usize> = (0..count)
        .map(|task| workload.prereqs(task).len())
        .collect();
    let mut ready: Vec<u32> = (0..count)
        .filter(|&task| open[task as usize] == 0)
        .collect();
    let mut faults = case.faults.clone();
    let mut over = vec![false; count as usize];
    let (mut book, mut events, mut busy) = (Book::default(), Vec::new(), 0);
    let mut transcript: Vec<(u64, u32)> = Vec::new();
    for &task in &ready {
        dispatcher.ready(0, task);
    }
    let mut now = 0;
    loop {
        // What is withdrawn never runs; those who wait for it go on as if it had.
        while let Some(place) = ready
            .iter()
            .position(|task| matches!(faults.get(task), Some(Fault::Withdrawn)))
        {
            let task = ready.remove(place);
            dispatcher.ended(task);
            end(
                workload, task, &mut over, &mut open, &mut ready, dispatcher, now,
            );
        }
        if case.is_replanned {
            dispatcher.set_levels(&case.levels(now));
        }
        let (looked_at, started) = (dispatcher.examined(), transcript.len());
        let classes = dispatcher.classes_ready();
        while let Some(task) = dispatcher.next(now) {
            let place = ready.iter().position(|other| *other == task);
            let Some(place) = place else {
                return Err(TestCaseError::fail(format!(
                    "{task} was started and not ready"
                )));
            };
            ready.remove(place);
            prop_assert!(
                book.fits(workload, task),
                "{task} took what is taken at {now}"
            );
            book.change(workload, task, true);
            busy += 1;
            prop_assert!(busy <= workload.workers(), "{busy} tasks at {now}");
            transcript.push((now, task));
            let end = now + case.actual[task as usize];
            match faults.remove(&task) {
                Some(Fault::Refused) => {
                    dispatcher.refused(task);
                    book.change(workload, task, false);
                    busy -= 1;
                    events.push((now + 2, Next::IsReadyAgain, task));
                }
                _ => events.push((end, Next::Ends, task)),
            }
        }
        dispatcher.check_invariants()?;
        if transcript.len() >= most {
            return Ok(transcript);
        }
        if busy < workload.workers() {
            let could_start =
                |task: &&u32| book.fits(workload, **task) && !dispatcher.is_kept_out(now, **task);
            let idle = ready.iter().find(could_start);
            prop_assert!(
                idle.is_none(),
                "I4: {idle:?} could start at {now} and does not"
            );
        }
        // Each class is looked at until it starts or parks; once more when its key has changed, and once
        // more when something is kept for it.
        let looked_at = (dispatcher.examined() - looked_at) as usize;
        let started = transcript.len() - started;
        let most = 3 * (classes + started);
        prop_assert!(
            looked_at <= most,
            "I6: {looked_at} looked at, {started} started, {classes} ready"
        );
        let Some(first) = events.iter().copied().min() else {
            break;
        };
        let before = now;
        now = first.0;
        if let Some(at) = dispatcher.ask_again().filter(|at| *at < now) {
            // Nothing happens by then but that the moment is over.
            prop_assert!(at > before, "asked again at once");
            now = at;
        }
        if busy < workload.workers() && before < now {
            let kept_in_vain = |task: &&u32| {
                book.fits(workload, **task) && !dispatcher.is_kept_out(now - 1, **task)
            };
            let idle = ready.iter().find(kept_in_vain);
            prop_assert!(
                idle.is_none(),
                "I4: {idle:?} could have started before {now}"
            );
        }
        let due = |event: &(u64, Next, u32)| event.0 == now;
        let mut happen: Vec<_> = events.iter().copied().filter(due).collect();
        events.retain(|event| !due(event));
        happen.sort_unstable();
        for (_, next, task) in happen {
            match next {
                Next::Ends => {
                    dispatcher.ended(task);
                    busy -= 1;
                    book.change(workload, task, false);
                    end(
                        workload, task, &mut over, &mut open, &mut ready, dispatcher, now,
                    );
                }
                Next::IsReadyAgain => {
                    dispatcher.ready(now, task);
                    ready.push(task);
                }
            }
        }
    }
    let left = over.iter().position(|over| !over);
    prop_assert!(left.is_none(), "{left:?} never ran");
    prop_assert!(dispatcher.is_idle(), "something is still held");
    Ok(transcript)
}

fn end(
    workload: &Workload,
    task: u32,
    over: &mut [bool],
    open: &mut [usize],
    ready: &mut Vec<u32>,
    dispatcher: &mut Dispatcher,
    now: u64,
) {
    over[task as usize] = true;
    for &dependent in workload.dependents(task) {
        open[dependent as usize] -= 1;
        if open[dependent as usize] == 0 {
            dispatcher.ready(now, dependent);
            ready.push(dependent);
        }
    }
}

/// The same by looking at every ready task at every step.
fn by_brute_force(case: &Case) -> Vec<(u64, u32)> {
    let workload = &case.workload;
    let count = workload.len() as u32;
    let mut open: Vec<usize> = (0..count)
        .map(|task| workload.prereqs(task).len())
        .collect();
    let mut ready: Vec<u32> = (0..count)
        .filter(|&task| open[task as usize] == 0)
        .collect();
    let mut load = vec![0_u64; workload.stocks().len()];
    let change = |load: &mut Vec<u64>, task: u32, comes: bool| {
        for need in workload.needs(task) {
            if let Share::Units(units) = need.share {
                let work = workload.durations()[task as usize] * u64::from(units);
                let load = &mut load[need.resource as usize];
                *load = if comes { *load + work } else { *load - work };
            }
        }
    };
    for task in 0..count {
        change(&mut load, task, true);
    }
    let (mut book, mut running, mut now) = (Book::default(), Vec::new(), 0);
    let mut transcript = Vec::new();
    loop {
        let levels = case.levels(now);
        while (running.len() as u32) < workload.workers() {
            let key = |task: u32| {
                let needs = workload.needs(task).iter();
                let alone = needs.filter(|need| need.share != Share::Shared);
                let times = alone.map(|need| {
                    let resource = need.resource as usize;
                    load[resource] / u64::from(workload.stocks()[resource].capacity)
                });
                Key::new(workload.priority(task), levels[task as usize], task).raised(times.sum())
            };
            let fitting = ready
                .iter()
                .copied()
                .filter(|&task| book.fits(workload, task));
            let Some(task) = fitting.max_by_key(|&task| key(task)) else {
                break;
            };
            ready.retain(|other| *other != task);
            book.change(workload, task, true);
            change(&mut load, task, false);
            running.push((now + case.actual[task as usize], task));
            transcript.push((now, task));
        }
        running.sort_unstable();
        let Some(&(end, _)) = running.first() else {
            return transcript;
        };
        now = end;
        let (ended, goes_on) = running.into_iter().partition(|(end, _)| *end == now);
        running = goes_on;
        let ended: Vec<(u64, u32)> = ended;
        for (_, task) in ended {
            book.change(workload, task, false);
            for &dependent in workload.dependents(task) {
                open[dependent as usize] -= 1;
                if open[dependent as usize] == 0 {
                    ready.push(dependent);
                }
            }
        }
    }
}

fn finds(mistake: Mistake) -> bool {
    let mut runner = TestRunner::new_with_rng(
        Config {
            failure_persistence: None,
            ..Config::with_cases(500)
        },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let found = runner.run(&case(), |case| run(&case, Some(mistake)).map(|_| ()));
    found.is_err()
}

/// As many workloads as `PROPTEST_CASES` says, or so many.
pub(super) fn config(cases: u32) -> Config {
    let mut config = Config::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    config
}

proptest! {
    #![proptest_config(config(4000))]

    #[test]
    fn nothing_is_taken_twice_and_everything_ends(case in case()) {
        run(&case, None)?;
    }

    #[test]
    fn the_same_workload_runs_the_same_way(case in case()) {
        prop_assert_eq!(run(&case, None)?, run(&case, None)?);
    }

    #[test]
    fn starts_are_those_of_looking_at_everything(mut case in case()) {
        case.faults.clear();
        case.patience = u64::MAX;
        case.moment = 0;
        prop_assert_eq!(run(&case, None)?, by_brute_force(&case));
    }
}

proptest! {
    #![proptest_config(config(1000))]

    /// As planning does, which gives a run up as soon as it is worse than another.
    #[test]
    fn a_dispatcher_that_was_rewound_in_the_middle_of_a_run_is_as_new(
        case in case(),
        most in 0..30_usize,
    ) {
        let mut rewound = dispatcher_of(&case);
        lead(&mut rewound, &case, most)?;
        rewound.rewind(&case.workload.levels());
        let mut new = dispatcher_of(&case);
        let transcript = lead(&mut rewound, &case, usize::MAX)?;
        prop_assert_eq!(transcript, lead(&mut new, &case, usize::MAX)?);
        prop_assert_eq!(rewound.examined(), new.examined());
    }
}

#[test]
fn every_planted_mistake_is_noticed() {
    for mistake in [
        Mistake::WakesNobody,
        Mistake::TakesWhatIsTaken,
        Mistake::TakesOneByOne,
        Mistake::PassesNothingOn,
        Mistake::CountsTheDead,
        Mistake::KeepsForEver,
    ] {
        assert!(finds(mistake), "{mistake:?} goes unnoticed");
    }
}
