//! Tasks that come while the run goes on, and a changed order.

use super::by_hand::ByHand;
use crate::model::{Blocked, ResourceName, TaskName, Verdict, WorkerKind};

#[test]
fn added_tasks_run_in_the_order_that_is_given_with_them() {
    let (mut run, _) = ByHand::new("first\nsecond\nthird");
    assert_eq!(
        run.added(
            &["fourth", "fifth"],
            &["fifth", "third", "second", "fourth"]
        ),
        ""
    );
    let mut then = |ended: &str| run.ended(ended, Verdict::Passed);
    assert_eq!(then("first"), "first: ok, run fifth");
    assert_eq!(then("fifth"), "fifth: ok, run third");
    assert_eq!(then("third"), "third: ok, run second");
    assert_eq!(then("second"), "second: ok, run fourth");
    assert_eq!(then("fourth"), "fourth: ok, finish");
}

#[test]
fn an_order_holds_for_those_who_still_wait_for_others_too() {
    let (mut run, _) = ByHand::new("first\nneeds_it needs first\nsecond");
    run.added(&[], &["second", "needs_it"]);
    assert_eq!(run.ended("first", Verdict::Passed), "first: ok, run second");
    assert_eq!(
        run.ended("second", Verdict::Passed),
        "second: ok, run needs_it"
    );
}

#[test]
fn an_added_task_waits_for_what_it_needs_and_is_blocked_by_what_has_failed() {
    let (mut run, _) = ByHand::new("good\nbad goes-on\nlast");
    run.ended("good", Verdict::Passed);
    assert_eq!(run.ended("bad", Verdict::Failed), "bad: FAILED, run last");
    let added = [
        "after_good needs good",
        "after_bad needs bad,last",
        "after_last needs last",
    ];
    assert_eq!(
        run.added(&added, &added.map(|line| line.split_once(' ').unwrap().0)),
        ""
    );
    assert_eq!(
        run.ended("last", Verdict::Passed),
        "last: ok, after_bad: blocked by bad (FAILED), run after_good"
    );
    assert_eq!(
        run.ended("after_good", Verdict::Passed),
        "after_good: ok, run after_last"
    );
}

#[test]
fn a_task_that_was_blocked_before_the_run_is_told_when_its_turn_comes() {
    let (mut run, _) = ByHand::new("first");
    let lost = Blocked::for_reason(&TaskName::new("boot").unwrap(), "it was not queued");
    run.added_blocked("second", lost);
    run.added(
        &["third needs second", "fourth"],
        &["second", "third", "fourth"],
    );
    assert_eq!(
        run.ended("first", Verdict::Passed),
        "first: ok, second: blocked by boot (it was not queued), \
         third: blocked by second, blocked by boot (it was not queued), run fourth"
    );
}

#[test]
fn what_comes_after_the_run_was_stopped_is_not_run_unless_it_is_a_teardown() {
    let (mut run, _) = ByHand::new("first");
    run.interrupt();
    assert_eq!(
        run.added(&["second", "down teardown"], &["second", "down"]),
        "second: not run: the run was interrupted"
    );
    assert_eq!(run.ended("first", Verdict::Passed), "first: ok, run down");
    assert_eq!(run.ended("down", Verdict::Passed), "down: ok, finish");
}

#[test]
fn an_added_task_that_only_comes_after_another_runs_however_that_ended() {
    let (mut run, _) = ByHand::new("bad goes-on\nlast");
    assert_eq!(run.added_behind("early", "bad"), "");
    assert_eq!(run.ended("bad", Verdict::Failed), "bad: FAILED, run last");
    assert_eq!(run.added_behind("late", "bad"), "");
    assert_eq!(run.ended("last", Verdict::Passed), "last: ok, run early");
    assert_eq!(run.ended("early", Verdict::Passed), "early: ok, run late");
}

#[test]
fn where_many_run_what_is_added_has_a_worker_and_what_it_needs() {
    let pack = "mode thread\nthreads 3\none-of-each\nresources per_task_separate\n\
                first safe thread uses dut\nsecond safe thread";
    let (mut run, said) = ByHand::new(pack);
    assert_eq!(said, "reserve first, run second");
    run.reserved("first");
    let added = [
        "same safe thread uses dut tied no",
        "other safe thread uses lan",
        "needs_it safe thread needs second",
        "more safe thread uses lan",
    ];
    let order = ["same", "other", "needs_it", "more"];
    assert_eq!(run.added(&added, &order), "reserve other");
    assert_eq!(run.reserved("other"), "run other");
    assert_eq!(
        run.ended("second", Verdict::Passed),
        "second: ok, run needs_it"
    );
    assert_eq!(
        run.ended("needs_it", Verdict::Passed),
        "needs_it: ok, leave lane"
    );
    assert_eq!(
        run.ended("other", Verdict::Passed),
        "release other, other: ok, reserve more"
    );
    assert_eq!(
        run.ended("first", Verdict::Passed),
        "release first, first: ok, reserve same"
    );
}

#[test]
fn who_comes_late_and_shares_all_of_a_pool_leaves_those_alone_who_have_a_part_of_it() {
    let pack = "mode thread\nthreads 3\nresources per_task_separate\n\
                first safe thread uses dut\nsecond safe thread";
    let resource = |name: &str| ResourceName::new(name).unwrap();
    let (mut run, said) = ByHand::with_policy(pack, |policy| {
        let capacities = &mut policy.capacities;
        capacities.known.insert(resource("dut"), 2);
        capacities
            .wholes
            .insert(resource("all_duts"), resource("dut"));
    });
    assert_eq!(said, "reserve first, run second");
    run.reserved("first");
    assert_eq!(
        run.added(&["late safe thread shares all_duts"], &["late"]),
        ""
    );
    run.ended("second", Verdict::Passed);
    assert_eq!(
        run.ended("first", Verdict::Passed),
        "release first, first: ok, reserve late"
    );
}

/// A chain of two tasks that a worker is kept for.
const CHAIN: &str = "mode thread\nthreads 3\nhead safe thread\ntail safe thread needs head";

#[test]
fn a_lane_that_was_left_is_not_taken_again_by_what_is_added() {
    let (mut run, said) = ByHand::new(&format!("{CHAIN}\nlong safe thread"));
    assert_eq!(said, "run head, run long");
    assert_eq!(run.ended("head", Verdict::Passed), "head: ok, run tail");
    assert_eq!(run.ended("tail", Verdict::Passed), "tail: ok, leave lane");
    assert_eq!(
        run.added(&["late safe thread needs tail"], &["late"]),
        "run late"
    );
    assert_eq!(run.place("late"), (WorkerKind::Thread, None));
    assert_eq!(run.ended("late", Verdict::Passed), "late: ok");
}

#[test]
fn what_is_added_joins_a_lane_as_long_as_it_is_not_left() {
    let (mut run, _) = ByHand::new(CHAIN);
    run.added(&["late safe thread needs tail"], &["late"]);
    assert_eq!(run.ended("head", Verdict::Passed), "head: ok, run tail");
    assert_eq!(run.ended("tail", Verdict::Passed), "tail: ok, run late");
    assert_eq!(run.place("late"), run.place("head"));
    assert_eq!(
        run.ended("late", Verdict::Passed),
        "late: ok, leave lane, finish"
    );
}

#[test]
fn what_is_added_and_cannot_run_where_a_chain_runs_does_not_move_the_chain() {
    let (mut run, _) = ByHand::new(CHAIN);
    run.added(&["late needs tail"], &["late"]);
    assert_eq!(run.ended("head", Verdict::Passed), "head: ok, run tail");
    assert_eq!(run.place("tail"), run.place("head"));
    assert_eq!(
        run.ended("tail", Verdict::Passed),
        "tail: ok, leave lane, run late"
    );
    assert_eq!(run.place("late"), (WorkerKind::Main, None));
}

#[test]
fn what_is_added_does_not_make_one_lane_of_two() {
    let second = CHAIN.replace("head", "head2").replace("tail", "tail2");
    let second = second.trim_start_matches("mode thread\nthreads 3");
    let (mut run, _) = ByHand::new(&format!("{CHAIN}{second}"));
    run.added(&["late safe thread needs tail,tail2"], &["late"]);
    assert_eq!(run.ended("head", Verdict::Passed), "head: ok, run tail");
    assert_eq!(run.ended("head2", Verdict::Passed), "head2: ok, run tail2");
    for (head, tail) in [("head", "tail"), ("head2", "tail2")] {
        assert_eq!(run.place(tail), run.place(head));
    }
    assert_eq!(run.ended("tail", Verdict::Passed), "tail: ok");
    assert_eq!(
        run.ended("tail2", Verdict::Passed),
        "tail2: ok, leave lane, run late"
    );
    assert_eq!(run.place("late"), run.place("tail"));
    assert_eq!(
        run.ended("late", Verdict::Passed),
        "late: ok, leave lane, finish"
    );
}
