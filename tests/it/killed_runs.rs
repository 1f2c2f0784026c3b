//! Runs under nextest that are killed: nothing stays held, what was set up is torn down once, and the next
//! run starts clean.
//!
//! `KILL_ROUNDS=200 cargo test -p kissats-tests killed_runs::at_random` kills more of them.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kissats_tests::{Dice, Finished, eventually, with_default_signals};

use crate::nextest::is_installed;
use crate::shared_run::{Lab, PACK};

/// `cargo nextest run` while it runs: cargo becomes nextest, in the same process.
fn start(lab: &Lab, words: &[&str], says: &str) -> Child {
    // Whoever waits for what the run does shall not wait for a compiler, which may serve others first.
    let built = PACK.cargo(&["test", "--quiet", "--no-run", "--test", "pack"]);
    assert_eq!(built.code, Some(0), "{built}");
    let run = ["nextest", "run", "--no-fail-fast", "--test", "pack"];
    let mut command = PACK.command(&[&run, words].concat());
    let command = lab
        .own(with_default_signals(&mut command))
        .env("SAYS", says);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("cargo can be started")
}

fn signal(name: &str, process: u32) {
    // It may have ended just now.
    let _ = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .stderr(Stdio::null())
        .status();
}

/// The processes that `parent` has started.
fn children(parent: u32) -> Vec<u32> {
    processes(|process| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let (_, rest) = stat.rsplit_once(") ")?;
        rest.split(' ')
            .nth(1)
            .map(|found| found == parent.to_string())
    })
}

/// The processes that wait for the end of a run of the lab.
fn watchers(lab: &Lab) -> Vec<u32> {
    let state = lab.state.display().to_string();
    processes(|process| {
        let words = fs::read(format!("/proc/{process}/cmdline")).ok()?;
        let words = String::from_utf8_lossy(&words).into_owned();
        Some(words.contains("--kissats-teardown") && words.contains(&state))
    })
}

fn processes(is_it: impl Fn(u32) -> Option<bool>) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers
        .filter(|process| is_it(*process).unwrap_or(false))
        .collect()
}

/// All that the run has left to do is done.
fn wait_until_over(lab: &Lab) {
    lab.wait_until_down();
    eventually("the end of the process that tears down", || {
        watchers(lab).is_empty().then_some(())
    });
}

fn count(lab: &Lab, mark: &str) -> usize {
    lab.marks
        .lines()
        .iter()
        .filter(|line| *line == mark)
        .count()
}

#[test]
fn at_random() {
    if !is_installed() || !fs::exists("/proc/self/stat").unwrap_or(false) {
        return;
    }
    let rounds = std::env::var("KILL_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let rounds: u64 = rounds.unwrap_or(6);
    for round in 0..rounds {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (round + 1) << 17);
        let lab = Lab::new("killed");
        let mut nextest = start(&lab, &["-j4"], "");
        lab.marks.wait_for("lab_up");
        std::thread::sleep(Duration::from_millis(dice.below(200)));
        let name = ["INT", "TERM", "KILL"][usize::try_from(round % 3).unwrap_or(0)];
        let of_nextest = children(nextest.id());
        let child = dice.pick(&of_nextest).filter(|_| dice.below(2) == 0);
        let target = child.copied().unwrap_or(nextest.id());
        signal(name, target);
        let _ = nextest.wait();
        wait_until_over(&lab);
        let marks = lab.marks.lines();
        let said = format!(
            "round {round}: {name} to {target}, nextest was {}: {marks:?}",
            nextest.id()
        );
        assert_eq!(count(&lab, "lab_down"), 1, "{said}");
        assert_eq!(count(&lab, "power_down"), 1, "{said}");
        assert_eq!(marks.last().map(String::as_str), Some("lab_down"), "{said}");
        // Whoever was killed in the middle of a set-up leaves it to another.
        assert!(count(&lab, "lab_up") <= 2, "{said}");
        // The next run starts clean: with a set-up of its own, and nothing is held.
        let before = count(&lab, "lab_up");
        let words = [
            "-j4",
            "--success-output",
            "final",
            "-E",
            "test(/a_0/) + test(/alone/)",
        ];
        let next = lab.nextest(&words, "");
        assert_eq!(next.code, Some(0), "{said}\n{}", next.stderr);
        eventually("the second teardown", || {
            (count(&lab, "lab_down") == 2).then_some(())
        });
        wait_until_over(&lab);
        let marks = lab.marks.lines();
        assert_eq!(
            count(&lab, "lab_up"),
            before + 1,
            "{said}\nthen {marks:?}\n{}",
            next.stderr
        );
    }
}

#[test]
fn what_nobody_has_torn_down_is_torn_down_first_thing_by_the_next_run() {
    if !is_installed() || !fs::exists("/proc/self/stat").unwrap_or(false) {
        return;
    }
    for by_cargo_test in [false, true] {
        let lab = Lab::new("recovered");
        let mut nextest = start(
            &lab,
            &["-j1", "-E", "test(z_calibrates)"],
            "z_calibrates hangs",
        );
        lab.marks.wait_for("z_calibrates");
        let watchers_of_run = watchers(&lab);
        assert_eq!(watchers_of_run.len(), 1);
        let test = children(nextest.id());
        for process in watchers_of_run
            .into_iter()
            .chain([nextest.id()])
            .chain(test)
        {
            signal("KILL", process);
        }
        let _ = nextest.wait();
        eventually("the end of the watcher", || {
            watchers(&lab).is_empty().then_some(())
        });
        assert_eq!(lab.marks.lines(), ["lab_up", "power_up", "z_calibrates"]);
        if by_cargo_test {
            let words = ["test", "--test", "pack", "--", "--exact", "alone_1"];
            let next = Finished::of(lab.own(&mut PACK.command(&words)));
            assert_eq!(next.code, Some(0), "{}", next.stderr);
            let told = "kissats: an earlier run was not torn down; that is done now\n";
            assert_eq!(next.stderr.matches(told).count(), 1, "{}", next.stderr);
        } else {
            let next = lab.nextest(&["-E", "test(=alone_1)"], "");
            assert_eq!(next.code, Some(0), "{}", next.stderr);
        }
        eventually("the second teardown", || {
            (count(&lab, "lab_down") == 2).then_some(())
        });
        wait_until_over(&lab);
        let next = [
            "power_down",
            "lab_down",
            "lab_up",
            "alone_1 begins",
            "alone_1 ends",
            "lab_down",
        ];
        assert_eq!(lab.marks.lines()[3..], next);
    }
}

/// A run whose teardown fails, until that is over.
fn run_with_a_bad_teardown(lab: &Lab) {
    let finished = lab.nextest(&["-E", "test(=alone_1)"], "lab_down fails");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    lab.marks.wait_for("lab_down");
    eventually("the end of the process that tears down", || {
        watchers(lab).is_empty().then_some(())
    });
    let reports = lab.runs().into_iter().find_map(|run| {
        let reports = run.join("teardown").join("reports.jsonl");
        fs::read_to_string(reports).ok()
    });
    assert_eq!(
        reports.as_deref(),
        Some(concat!(
            r#"{"task":"shared_run_pack::lab_down","outcome":"FAILED","#,
            r#""problem":"Exception: main failed: the door sticks","#,
            r#""output":"--- stdout ---\nthe hinge creaks\n"}"#,
            "\n"
        ))
    );
}

/// `cargo test` of one task; how often it has told each.
fn next_run(lab: &Lab, says: &str, told: &[&str]) -> Vec<usize> {
    let words = ["test", "--test", "pack", "--", "--exact", "alone_1"];
    let next = Finished::of(lab.own(&mut PACK.command(&words)).env("SAYS", says));
    let is_well = says.is_empty();
    assert_eq!(next.code == Some(0), is_well, "{}", next.stderr);
    let times = told.iter().map(|told| next.stderr.matches(told).count());
    times.collect()
}

const FAILED: &str = "kissats: after the run before, the teardown shared_run_pack::lab_down ended as FAILED: \
                      Exception: main failed: the door sticks\n";
const ONCE_MORE: &str =
    "kissats: a teardown of an earlier run has failed; it is run once more now\n";
const WELL_NOW: &str = "kissats: the teardown shared_run_pack::lab_down has ended as ok now\n";

#[test]
fn a_teardown_that_fails_is_told_and_run_once_more_by_the_next_run() {
    if !is_installed() {
        return;
    }
    let lab = Lab::new("told");
    run_with_a_bad_teardown(&lab);
    let told = [FAILED, ONCE_MORE, WELL_NOW];
    assert_eq!(next_run(&lab, "", &told), [1, 1, 1]);
    wait_until_over(&lab);
    let next = [
        "lab_down",
        "lab_up",
        "alone_1 begins",
        "alone_1 ends",
        "lab_down",
    ];
    let marks = lab.marks.lines();
    assert_eq!(marks[marks.len() - 5..], next, "first thing");
    assert_eq!(next_run(&lab, "", &told), [0, 0, 0]);
}

#[test]
fn a_teardown_that_fails_twice_is_left_alone() {
    if !is_installed() {
        return;
    }
    let lab = Lab::new("given-up");
    run_with_a_bad_teardown(&lab);
    let told = [FAILED, ONCE_MORE, WELL_NOW];
    assert_eq!(next_run(&lab, "lab_down fails", &told), [2, 1, 0]);
    wait_until_over(&lab);
    // After its own run, once more for the first, and that of the next run.
    assert_eq!(count(&lab, "lab_down"), 3);
    assert_eq!(next_run(&lab, "", &told), [0, 0, 0]);
    assert_eq!(count(&lab, "lab_down"), 4);
}
