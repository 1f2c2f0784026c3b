//! When the engine wants to be woken: time-outs, and asking again for what others hold.

use std::time::Duration;

use super::by_hand::ByHand;
use crate::model::Verdict;

#[test]
fn a_time_out_counts_from_the_start_of_the_body() {
    let (mut run, said) = ByHand::new("first timeout 3\nsecond");
    assert_eq!(said, "run first");
    assert_eq!(run.wakeup(), None, "the body has not begun");
    assert_eq!(run.at("9").tick(), "");
    run.at("10").body_started("first");
    assert_eq!(run.wakeup(), Some(13));
    assert_eq!(run.at("12").tick(), "");
    assert!(
        run.at("13")
            .tick()
            .starts_with("give up first, first: FAILED")
    );
    run.at("20").body_started("first");
    assert_eq!(run.wakeup(), None, "it has its outcome");
}

#[test]
fn who_waits_asks_again_when_it_was_told_and_after_a_second_otherwise() {
    let (mut run, _) = ByHand::new("first uses dut");
    let mut refused = |at: &str, free_at| run.at(at).unavailable("first", free_at);
    assert_eq!(refused("10", Some("25")), "first waits until 25");
    assert_eq!(run.wakeup(), Some(25));
    assert_eq!(run.at("24").tick(), "");
    assert_eq!(run.at("25").tick(), "reserve first");
    let mut refused = |at: &str, free_at| run.at(at).unavailable("first", free_at);
    assert_eq!(
        refused("25", Some("25")),
        "first waits until 25",
        "it may have become free since"
    );
    assert_eq!(run.at("25").tick(), "", "a moment later, not at once");
    assert_eq!(run.at("26").tick(), "reserve first");
    assert_eq!(run.unavailable("first", None), "first waits until 27");
}

#[test]
fn patience_counts_from_the_first_refusal_and_has_no_end_unless_the_task_says_otherwise() {
    let refused_for = |pack: &str, free_at: &str, last: &str| {
        let (mut run, _) = ByHand::new(pack);
        let first = run.at("100").unavailable("first", Some(free_at));
        assert_eq!(run.at(last).tick(), "reserve first");
        (first, run.unavailable("first", Some("900")))
    };
    assert_eq!(
        refused_for("first uses dut", "500", "500"),
        (
            "first waits until 500".into(),
            "first waits until 900".into()
        )
    );
    assert_eq!(
        refused_for("first uses dut patience 7", "500", "107"),
        (
            "first waits until 107".into(),
            "first: FAILED, finish".into()
        )
    );
}

#[test]
fn what_was_given_up_and_may_never_end_is_waited_for_a_minute() {
    let pack = "first uses dut timeout 3 goes-on\nsecond uses dut goes-on\nthird uses psu";
    let (mut run, _) = ByHand::new(pack);
    run.reserved("first");
    run.body_started("first");
    assert_eq!(
        run.at("3").tick(),
        "give up first, first: FAILED, reserve second"
    );
    assert_eq!(
        run.unavailable("second", Some("500")),
        "second waits until 63, reserve third"
    );
    assert_eq!(
        run.unavailable("third", Some("500")),
        "third waits until 500",
        "it needs nothing of it"
    );
    assert_eq!(run.at("63").tick(), "reserve second");
    let lost = run.unavailable("second", Some("500"));
    assert!(lost.starts_with("second: FAILED"), "{lost}");
}

#[test]
fn each_attempt_has_the_whole_patience() {
    let (mut run, _) = ByHand::new("first uses dut patience 7 retries 1");
    assert_eq!(run.unavailable("first", Some("5")), "first waits until 5");
    run.at("5").tick();
    run.reserved("first");
    assert_eq!(
        run.at("20").ended("first", Verdict::Failed),
        "release first, reserve first"
    );
    assert_eq!(run.unavailable("first", Some("90")), "first waits until 27");
}

#[test]
fn who_waits_is_woken_when_nothing_runs_or_something_is_given_back() {
    let (mut run, _) = ByHand::new("first uses dut\nsecond uses lan\nthird uses psu\nfourth");
    assert_eq!(
        run.unavailable("first", Some("50")),
        "first waits until 50, reserve second"
    );
    assert_eq!(
        run.unavailable("second", Some("40")),
        "second waits until 40, reserve third"
    );
    assert_eq!(run.reserved("third"), "run third");
    assert_eq!(run.wakeup(), None, "one at a time: their turn has not come");
    assert_eq!(
        run.at("3").ended("third", Verdict::Passed),
        "release third, third: ok, reserve second",
        "what was given back may be what it waits for; the one whose time comes first asks first"
    );
    assert_eq!(
        run.unavailable("second", Some("40")),
        "second waits until 40, reserve first"
    );
    assert_eq!(
        run.unavailable("first", Some("50")),
        "first waits until 50, run fourth"
    );
    assert_eq!(
        run.ended("fourth", Verdict::Passed),
        "fourth: ok, reserve second"
    );
    run.unavailable("second", Some("40"));
    run.unavailable("first", Some("50"));
    assert_eq!(run.wakeup(), Some(40), "the soonest");
}

#[test]
fn a_run_has_timed_out_when_its_time_is_over_and_not_before() {
    let (mut run, _) = ByHand::new("global-timeout 5\nfirst\nsecond");
    run.at("4").tick();
    assert!(!run.engine.has_timed_out());
    run.at("5").tick();
    assert!(run.engine.has_timed_out());
    assert!(!run.engine.was_interrupted());
}

#[test]
fn a_task_is_tried_again_from_the_first_failed_attempt_until_its_outcome() {
    let (mut run, _) = ByHand::new("first retries 1 rests 5\nsecond");
    let step = run.step("first");
    assert!(!run.engine.is_tried_again(step));
    assert_eq!(
        run.ended("first", Verdict::Failed),
        "first waits until 5, run second"
    );
    assert!(run.engine.is_tried_again(step));
    run.ended("second", Verdict::Passed);
    assert_eq!(run.at("5").tick(), "run first again (2)");
    assert!(run.engine.is_tried_again(step));
    run.ended("first", Verdict::Passed);
    assert!(!run.engine.is_tried_again(step));
}

#[test]
fn what_is_kept_for_a_moment_is_for_others_when_that_is_over_though_nothing_happens() {
    let (mut run, _) = ByHand::new(
        "mode thread\nthreads 3\none-of-each\nresources per_task_separate\n\
         short uses a safe thread expected 2\ngate safe thread expected 1\n\
         next uses a,b needs gate priority 1 safe thread tied no expected 2\n\
         long uses b needs gate safe thread tied no expected 10",
    );
    run.engine.set_moment(Duration::from_secs(3));
    assert_eq!(run.at("1").ended("gate", Verdict::Passed), "gate: ok");
    assert_eq!(run.wakeup(), Some(2), "in the middle of the third second");
    assert_eq!(run.at("2").tick(), "", "it is a little late");
    assert_eq!(run.at("3").tick(), "reserve long");
}
