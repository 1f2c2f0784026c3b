//! The delay queue: who waits for what others hold stands there, ordered by time, and others run.

use super::by_hand::ByHand;
use super::simulation::{Simulation, seconds};
use crate::model::Verdict;

/// What starts when.
fn transcript(pack: &str) -> String {
    let record = Simulation::parse(pack).run();
    assert!(record.violations.is_empty(), "{:?}", record.violations);
    assert!(record.ledger_is_idle);
    let told = record.transcript.iter().map(String::as_str);
    let starts = told.filter(|line| line.contains(" run ") || line.ends_with(" finish"));
    let mut starts: Vec<&str> = starts.collect();
    // Where many run, several start at a time, as it was planned.
    starts.sort_by_key(|line| (seconds(line.split(' ').next().unwrap_or_default()), *line));
    starts.join(", ")
}

const BOOKED: &str = "a uses psu takes 2\nb uses oven takes 2\nc uses lan takes 2\nd takes 3\n\
                      booked psu 0 9\nbooked oven 0 7\nbooked lan 0 4\nresources per_task_separate";

#[test]
fn each_starts_when_its_time_comes_and_others_run_meanwhile() {
    assert_eq!(
        transcript(BOOKED),
        "0 run d, 4 run c, 7 run b, 9 run a, 11 finish"
    );
}

#[test]
fn of_several_whose_time_has_come_the_first_is_the_one_whose_time_came_first() {
    let with_a_long_one = BOOKED.replace("d takes 3", "d takes 20");
    let told = transcript(&with_a_long_one);
    let expected = "0 run d, 20 run c, 22 run b, 24 run a, 26 finish";
    assert!(told.ends_with(expected), "{told}");
}

#[test]
fn where_many_run_nobody_takes_a_worker_while_he_waits() {
    let pack = format!("{BOOKED}\nmode thread\nthreads 2")
        .replace("takes", "safe thread takes")
        .replace(
            "d safe thread takes 3",
            "d safe thread takes 8\ne safe thread takes 8",
        );
    assert_eq!(
        transcript(&pack),
        "0 run d, 0 run e, 8 run b, 8 run c, 10 run a, 12 finish"
    );
}

#[test]
fn who_is_said_no_time_asks_again_and_whoever_is_stopped_leaves_the_queue() {
    let (mut run, _) = ByHand::new("a uses psu\nb uses oven\nc uses lan\nd");
    run.unavailable("a", Some("9"));
    run.unavailable("b", None);
    assert_eq!(run.unavailable("c", Some("5")), "c waits until 5, run d");
    assert_eq!(run.wakeup(), None, "they have no turn while another runs");
    assert_eq!(run.ended("d", Verdict::Passed), "d: ok, reserve b");
    assert_eq!(run.unavailable("b", None), "b waits until 1, reserve c");
    assert_eq!(
        run.unavailable("c", Some("5")),
        "c waits until 5, reserve a"
    );
    assert_eq!(run.unavailable("a", Some("9")), "a waits until 9");
    assert_eq!(run.wakeup(), Some(1));
    assert_eq!(run.at("6").tick(), "reserve b");
    assert_eq!(run.reserved("b"), "run b");
    assert_eq!(
        run.interrupt(),
        "a: not run: the run was interrupted, c: not run: the run was interrupted"
    );
    assert_eq!(run.ended("b", Verdict::Passed), "release b, b: ok, finish");
}
