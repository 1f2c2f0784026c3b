//! Runs that are led by hand, where a random one would rarely show what is meant.

use super::{DispatchTask, Dispatcher};
use crate::schedule::{Need, Stock};

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
fn patience_counts_from_the_first_who_waits() {
    let passes = |now| {
        let mut dispatcher = Dispatcher::new(9, &[Stock::lock()]).with_patience(2);
        let mut admit = |duration, need| dispatcher.admit(&task(duration, duration), &[need]);
        let holder = admit(99, Need::shared(0));
        let alone = [1, 1].map(|duration| admit(duration, Need::units(0, 1)));
        let late = admit(200, Need::shared(0));
        dispatcher.ready(0, holder);
        assert_eq!(dispatcher.next(0), Some(holder));
        dispatcher.ready(5, alone[0]);
        assert_eq!(dispatcher.next(5), None);
        dispatcher.ready(7, alone[1]);
        dispatcher.ready(now, late);
        dispatcher.next(now) == Some(late)
    };
    assert!(passes(7));
    assert!(
        !passes(8),
        "the second has not waited for long, but the first has"
    );
}

#[test]
fn what_is_kept_for_one_that_will_not_run_is_for_all_again() {
    let mut dispatcher = Dispatcher::new(9, &[Stock::lock()]).with_patience(2);
    let mut admit = |duration, need| dispatcher.admit(&task(duration, duration), &[need]);
    let holder = admit(10, Need::shared(0));
    let alone = admit(1, Need::units(0, 1));
    let late = admit(99, Need::shared(0));
    dispatcher.ready(0, holder);
    assert_eq!(dispatcher.next(0), Some(holder));
    dispatcher.ready(0, alone);
    assert_eq!(dispatcher.next(0), None);
    dispatcher.ready(3, late);
    assert_eq!(dispatcher.next(3), None);
    dispatcher.ended(alone);
    assert_eq!(dispatcher.next(3), Some(late));
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
