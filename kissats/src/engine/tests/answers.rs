//! Answers that come late, twice, or after the run has gone on without them.

use std::time::Duration;

use super::by_hand::ByHand;
use crate::engine::Event;
use crate::model::{Outcome, TaskName, Timestamp, Verdict};

#[test]
fn what_is_granted_after_the_run_was_stopped_is_given_back() {
    let (mut run, said) = ByHand::new("first uses dut\nsecond\ndown teardown uses psu");
    assert_eq!(said, "reserve first");
    assert_eq!(run.interrupt(), "second: not run: the run was interrupted");
    assert_eq!(
        run.reserved("first"),
        "release first, first: not run: the run was interrupted, reserve down"
    );
    assert_eq!(
        run.reserved("down"),
        "run down",
        "the teardown still starts"
    );
}

#[test]
fn what_a_failure_in_another_process_has_stopped_does_not_start() {
    let pack = "first\nsecond\ndown teardown";
    let (mut run, said) = ByHand::with_policy(pack, |policy| policy.is_shared = true);
    assert_eq!(said, "claim first");
    let stopped = |run: &ByHand| Event::StoppedElsewhere {
        step: run.step("first"),
        task: TaskName::new("on").unwrap(),
        place: "process 7, attempt 1".to_owned(),
    };
    let why = "not run: on (FAILED in process 7, attempt 1) stopped the suite";
    let event = stopped(&run);
    assert_eq!(
        run.handle(event),
        format!("second: {why}, first: {why}, claim down")
    );
    let event = stopped(&run);
    assert_eq!(run.handle(event), "", "it has its outcome");
    assert_eq!(run.handle(Event::Claimed(run.step("down"))), "run down");
    assert_eq!(run.ended("down", Verdict::Passed), "down: ok, finish");
}

#[test]
fn who_is_refused_after_the_run_was_stopped_does_not_ask_again() {
    let (mut run, _) = ByHand::new("first uses dut\ndown teardown");
    assert_eq!(run.interrupt(), "");
    assert_eq!(
        run.unavailable("first", None),
        "first: not run: the run was interrupted, run down"
    );
}

#[test]
fn what_is_granted_to_a_task_that_has_its_outcome_is_given_back() {
    let (mut run, _) = ByHand::new("first uses dut");
    run.interrupt();
    assert_eq!(
        run.interrupt(),
        "first: not run: the run was interrupted, finish"
    );
    assert_eq!(run.reserved("first"), "release first");
    assert_eq!(
        run.unavailable("first", None),
        "",
        "nothing is left to wait for"
    );
    assert_eq!(run.reserve_failed("first"), "");
    assert_eq!(run.ended("first", Verdict::Passed), "");
}

#[test]
fn a_task_that_cannot_have_what_it_needs_has_failed() {
    let (mut run, _) = ByHand::new("first uses dut goes-on\nsecond needs first\nthird");
    assert_eq!(
        run.reserve_failed("first"),
        "first: FAILED, second: blocked by first (FAILED), run third"
    );
    assert_eq!(run.ended("third", Verdict::Passed), "third: ok, finish");
}

#[test]
fn a_body_that_was_given_up_is_heard_of_once_more_when_it_ends() {
    let (mut run, _) = ByHand::new("first timeout 3 goes-on uses dut\nsecond");
    run.reserved("first");
    run.body_started("first");
    assert_eq!(run.at("2").tick(), "", "not yet");
    assert_eq!(
        run.at("3").tick(),
        "give up first, first: FAILED, run second"
    );
    assert_eq!(run.at("4").ended("first", Verdict::Passed), "release first");
    assert_eq!(run.at("5").ended("first", Verdict::Passed), "", "once");
    assert_eq!(
        run.at("6").ended("second", Verdict::Passed),
        "second: ok, finish"
    );
}

#[test]
fn an_interrupted_run_has_stopped_and_says_so() {
    let (mut run, _) = ByHand::new("first\nsecond");
    assert!(!run.engine.was_interrupted() && run.engine.stopped().is_none());
    run.interrupt();
    assert!(run.engine.was_interrupted() && run.engine.stopped().is_some());
    assert!(!run.engine.is_finished(), "the first is still running");
    assert_eq!(run.ended("first", Verdict::Failed), "first: FAILED, finish");
    assert!(run.engine.is_finished());
    assert_eq!(
        run.engine.stopped().map(ToString::to_string).as_deref(),
        Some("the run was interrupted"),
        "what stopped it first counts"
    );
}

#[test]
fn who_has_failed_an_attempt_and_may_not_try_again_has_failed() {
    let (mut run, _) = ByHand::new("first uses dut retries 1");
    run.reserved("first");
    assert_eq!(
        run.ended("first", Verdict::Failed),
        "release first, reserve first"
    );
    assert_eq!(run.unavailable("first", None), "first waits until 1");
    assert_eq!(run.interrupt(), "first: FAILED, finish");
}

#[test]
fn where_another_process_ran_a_task_is_known() {
    let (mut run, _) = ByHand::new("first\nsecond\nthird needs second");
    run.engine.policy.is_shared = true;
    assert_eq!(
        run.ended("first", Verdict::Passed),
        "first: ok, claim second"
    );
    let step = run.step("second");
    let recorded = Event::Recorded {
        step,
        outcome: Box::new(Outcome::Failed(Vec::new())),
        place: "process 7".to_owned(),
    };
    assert_eq!(
        run.handle(recorded),
        "second: FAILED, third: blocked by second (FAILED in process 7), finish"
    );
    let places = run.engine.plan().steps().map(|(step, _)| step);
    let places: Vec<_> = places.map(|step| run.engine.place(step)).collect();
    assert_eq!(places[step.position()], Some("process 7"));
    assert_eq!(places.iter().flatten().count(), 1);
}

#[test]
fn who_is_the_first_to_claim_a_task_runs_it_unless_the_run_was_stopped_meanwhile() {
    let claiming = || {
        let (mut run, _) = ByHand::new("first\nsecond");
        run.engine.policy.is_shared = true;
        assert_eq!(
            run.ended("first", Verdict::Passed),
            "first: ok, claim second"
        );
        let step = run.step("second");
        (run, step)
    };
    let elsewhere = |step| Event::Elsewhere {
        step,
        why: "process 7 runs it".to_owned(),
    };
    let not_run = "second: not run: the run was interrupted, finish";
    let (mut run, step) = claiming();
    assert_eq!(run.handle(Event::Claimed(step)), "run second");
    assert_eq!(run.handle(Event::Claimed(step)), "", "it was told before");
    let (mut run, step) = claiming();
    assert_eq!(run.interrupt(), "");
    assert_eq!(run.handle(Event::Claimed(step)), not_run);
    let (mut run, step) = claiming();
    assert_eq!(run.handle(elsewhere(step)), "second waits until 0");
    assert_eq!(run.at("1").tick(), "claim second");
    assert_eq!(run.interrupt(), "");
    assert_eq!(run.handle(elsewhere(step)), not_run);
}

#[test]
fn who_has_waited_for_long_for_another_process_looks_less_often() {
    let (mut run, _) = ByHand::new("first\nsecond");
    run.engine.policy.is_shared = true;
    run.ended("first", Verdict::Passed);
    let step = run.step("second");
    let pauses = [0, 8, 80, 10_000].map(|waited| {
        run.now = Timestamp::START + Duration::from_millis(waited);
        run.tick();
        run.handle(Event::Elsewhere {
            step,
            why: "process 7 runs it".to_owned(),
        });
        let next = run.engine.next_wakeup().unwrap();
        next.since(run.now).as_millis()
    });
    assert_eq!(pauses, [1, 1, 10, 25]);
}
