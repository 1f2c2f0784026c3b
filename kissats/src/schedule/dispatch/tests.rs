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
    /// What goes wrong with which task.
    faults: BTreeMap<u32, Fault>,
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
    (tasks, 1..5_u32, patience, faults).prop_map(move |(tasks, workers, patience, faults)| {
        let (tasks, actual) = tasks.into_iter().unzip();
        Case {
            workload: Workload::new(workers, stocks.clone(), tasks).unwrap(),
            actual,
            patience,
            faults,
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
    let levels = workload.levels();
    let mut dispatcher =
        Dispatcher::new(workload.workers(), workload.stocks()).with_patience(case.patience);
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
                |task: &&u32| book.fits(workload, **task) && !dispatcher.is_kept_out(**task);
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
        now = first.0;
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
    let levels = workload.levels();
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
    ] {
        assert!(finds(mistake), "{mistake:?} goes unnoticed");
    }
}

fn task(duration: u64, level: u64) -> DispatchTask {
    DispatchTask {
        duration,
        level,
        priority: 0,
    }
}

#[test]
fn a_resource_may_come_later_and_has_the_next_number() {
    let mut dispatcher = Dispatcher::new(9, &[Stock::lock()]);
    assert_eq!(dispatcher.add_stock(Stock::pool(2)), 1);
    assert_eq!(dispatcher.add_stock(Stock::lock()), 2);
    assert_eq!(dispatcher.tasks_known(), 0);
    for _ in 0..3 {
        let number = dispatcher.admit(&task(1, 1), &[Need::units(1, 1)]);
        dispatcher.ready(0, number);
    }
    assert_eq!(dispatcher.tasks_known(), 3);
    assert_eq!(
        [(); 3].map(|()| dispatcher.next(0)),
        [Some(0), Some(1), None]
    );
}

#[test]
fn it_is_idle_when_all_is_given_back() {
    let mut dispatcher = Dispatcher::new(2, &[Stock::lock()]);
    let with_lock = dispatcher.admit(&task(1, 1), &[Need::units(0, 1)]);
    let bare = dispatcher.admit(&task(1, 1), &[]);
    for task in [with_lock, bare] {
        assert!(dispatcher.is_idle());
        dispatcher.ready(0, task);
        assert!(dispatcher.is_idle(), "who waits holds nothing");
        assert_eq!(dispatcher.next(0), Some(task));
        assert!(!dispatcher.is_idle());
        dispatcher.ended(task);
    }
    assert!(dispatcher.is_idle());
}

#[test]
fn a_class_is_looked_at_when_one_of_it_starts_and_when_none_can() {
    let mut dispatcher = Dispatcher::new(9, &[Stock::lock()]);
    for level in [2, 1] {
        let number = dispatcher.admit(&task(1, level), &[Need::units(0, 1)]);
        dispatcher.ready(0, number);
    }
    assert_eq!(dispatcher.examined(), 0);
    assert_eq!([(); 3].map(|()| dispatcher.next(0)), [Some(0), None, None]);
    assert_eq!(dispatcher.examined(), 2);
    dispatcher.ended(0);
    assert_eq!([(); 2].map(|()| dispatcher.next(1)), [Some(1), None]);
    assert_eq!(dispatcher.examined(), 3);
}

#[test]
fn who_lacks_several_things_waits_for_the_one_that_comes_last() {
    for (early, late) in [(0, 1), (1, 0)] {
        let mut dispatcher = Dispatcher::new(9, &[Stock::lock(), Stock::lock()]);
        let mut admit =
            |duration, needs: &[Need]| dispatcher.admit(&task(duration, duration), needs);
        let short = admit(5, &[Need::units(early, 1)]);
        let long = admit(9, &[Need::units(late, 1)]);
        let both = admit(1, &[Need::units(0, 1), Need::units(1, 1)]);
        for task in [short, long] {
            dispatcher.ready(0, task);
            assert_eq!(dispatcher.next(0), Some(task));
        }
        dispatcher.ready(0, both);
        assert_eq!(dispatcher.next(0), None);
        let examined = dispatcher.examined();
        dispatcher.ended(short);
        assert_eq!(dispatcher.next(5), None);
        assert_eq!(dispatcher.examined(), examined, "nobody looks in vain");
        dispatcher.ended(long);
        assert_eq!(dispatcher.next(9), Some(both));
    }
}

#[test]
fn after_the_patience_others_pass_only_if_they_are_done_before_those_who_hold() {
    // Two share for ten ticks what a third wants alone. Of one who comes later: whether it may share, too.
    let passes = |now, duration| {
        let mut dispatcher = Dispatcher::new(9, &[Stock::lock()]).with_patience(2);
        let mut admit = |duration, need| dispatcher.admit(&task(duration, duration), &[need]);
        let holders = [10, 10].map(|duration| admit(duration, Need::shared(0)));
        let alone = admit(1, Need::units(0, 1));
        let late = admit(duration, Need::shared(0));
        for holder in holders {
            dispatcher.ready(0, holder);
            assert_eq!(dispatcher.next(0), Some(holder));
        }
        dispatcher.ready(0, alone);
        assert_eq!(dispatcher.next(0), None);
        dispatcher.ready(now, late);
        let passes = dispatcher.next(now) == Some(late);
        for task in holders.into_iter().chain(passes.then_some(late)) {
            dispatcher.ended(task);
        }
        let next = dispatcher.next(10);
        assert_eq!(next, Some(alone), "nobody comes before it any more");
        dispatcher.ended(alone);
        assert_eq!(dispatcher.next(11), (!passes).then_some(late));
        passes
    };
    assert!(
        passes(2, 99),
        "it has not waited for longer than the patience"
    );
    assert!(!passes(3, 99) && !passes(3, 8));
    assert!(passes(3, 7), "it ends when they do");
}

#[test]
fn that_a_worker_is_wanted_by_many_makes_nobody_urgent() {
    let (main, threads, processes, pool) = (0, 1, 2, 3);
    let stocks = [
        Stock::lock(),
        Stock::pool(2),
        Stock::pool(2),
        Stock::pool(2),
    ];
    // Of two who are ready, the one that wants something of this resource, and one that lasts longer.
    let first = |resource| {
        let mut dispatcher = Dispatcher::new(1, &stocks).with_workers_among(3);
        let wants = dispatcher.admit(&task(1, 1), &[Need::units(resource, 1)]);
        let longer = dispatcher.admit(&task(50, 50), &[]);
        for _ in 0..99 {
            dispatcher.admit(&task(9, 9), &[Need::units(resource, 1)]);
        }
        dispatcher.ready(0, wants);
        dispatcher.ready(0, longer);
        let first = dispatcher.next(0);
        if first == Some(wants) {
            "wants"
        } else {
            "longer"
        }
    };
    assert_eq!(first(threads), "longer");
    assert_eq!(first(processes), "longer");
    assert_eq!(first(pool), "wants", "it is no worker");
    assert_eq!(first(main), "wants", "there is one of it only");
}

#[test]
fn whose_best_task_is_a_better_one_still_gives_word_to_those_behind_it() {
    let (lock, pool) = (0, 1);
    let stocks = [Stock::lock(), Stock::pool(3)];
    let mut dispatcher = Dispatcher::new(3, &stocks);
    let mut admit = |duration, level, needs: &[Need]| {
        let known = DispatchTask {
            duration,
            level,
            priority: 0,
        };
        dispatcher.admit(&known, needs)
    };
    let whole = Need::units(pool, 3);
    let holder = admit(6, 100, &[Need::units(lock, 1)]);
    let filler = admit(90, 90, &[]);
    let both = [Need::shared(lock), whole];
    let (first, better) = (admit(1, 1, &both), admit(1, 2, &both));
    let urgent = admit(5, 8, &[Need::shared(lock)]);
    let late = admit(6, 6, &[]);
    let (long, short) = (admit(7, 50, &[whole]), admit(3, 3, &[whole]));
    for task in [holder, filler, first, urgent] {
        dispatcher.ready(0, task);
    }
    let starts = |dispatcher: &mut Dispatcher, now| {
        std::iter::from_fn(|| dispatcher.next(now)).collect::<Vec<_>>()
    };
    assert_eq!(starts(&mut dispatcher, 0), [holder, filler]);
    // `first` and `urgent` lack the lock, and the third worker gets something else to do.
    dispatcher.ready(1, late);
    assert_eq!(starts(&mut dispatcher, 1), [late]);
    dispatcher.ready(6, long);
    dispatcher.ready(6, short);
    // Now the class of `first` has the word, which was worth more before `long` had the pool.
    dispatcher.ended(holder);
    assert_eq!(starts(&mut dispatcher, 6), [long]);
    dispatcher.ready(7, better);
    dispatcher.ended(late);
    dispatcher.ended(long);
    assert_eq!(starts(&mut dispatcher, 7), [urgent, short]);
}
