//! Tasks beside each other.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project, eventually};

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    Project::with_files(
        "parallel-pack",
        &[
            ("src/lib.rs", include_str!("../packs/parallel.rs")),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", "kissats::main!(parallel_pack);\n"),
        ],
    )
});

fn command(words: &[&str], marks: &Marks) -> Command {
    let mut command = PROJECT.program_command();
    command.args(words).env(Marks::VARIABLE, marks.path());
    command
}

fn run(name: &str, words: &[&str]) -> (Finished, Vec<String>) {
    let marks = Marks::new(&format!("parallel-{name}"));
    let finished = Finished::of(&mut command(words, &marks));
    (finished, marks.lines())
}

/// A run in which two tasks are at work at the same time, and wait for the mark `go`.
fn start_waiting(name: &str) -> (Child, Marks) {
    let marks = Marks::new(&format!("parallel-{name}"));
    let child = command(&["[waits]"], &marks)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    eventually("both at work", || {
        let started = marks
            .lines()
            .into_iter()
            .filter(|mark| mark == "waits started");
        (started.count() == 2).then_some(())
    });
    (child, marks)
}

#[test]
fn what_may_run_beside_each_other_does() {
    let (run, _) = run("meet", &["[meet]"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
}

#[test]
fn a_plan_is_told_and_nothing_runs() {
    for words in [
        ["--plan", "--run-mode", "thread"],
        ["--plan", "--run-mode", "normal"],
    ] {
        let log = "plan-is-not-written.log";
        let (run, marks) = run(
            "plan",
            &[&words[..], &["--logfile", log, "[alone]"]].concat(),
        );
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        assert!(marks.is_empty(), "{marks:?}");
        assert!(!std::path::Path::new(log).exists());
        assert!(
            run.stdout.contains("[alone] supply_on_main"),
            "{}",
            run.stdout
        );
        assert!(!run.stdout.contains("test result"), "{}", run.stdout);
        let is_planned = run.stdout.contains("expected time");
        assert_eq!(is_planned, words[2] == "thread", "{}", run.stdout);
    }
}

#[test]
fn what_must_be_alone_is_alone() {
    for mode in ["thread", "process"] {
        let (run, _) = run("alone", &["[alone]", "--run-mode", mode]);
        assert_eq!(run.code, Some(0), "{mode}: {}", run.stdout);
    }
}

#[test]
fn one_thread_means_one_after_the_other() {
    let (run, marks) = run("one", &["[tied]", "[alone]", "--test-threads", "1"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert_eq!(marks.len(), 3);
}

#[test]
fn tied_tasks_keep_their_thread() {
    let (run, marks) = run("tied", &["[tied]", "[alone]"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let thread = |task: &str| marks.iter().find_map(|mark| mark.strip_prefix(task));
    let leads = thread("leads ");
    assert!(leads.is_some(), "{marks:?}");
    assert_eq!(thread("follows "), leads);
    assert_eq!(thread("follows too "), leads);
}

#[test]
fn a_body_that_is_given_up_keeps_nobody_else_waiting() {
    let (run, _) = run("late", &["[late]", "--test-threads", "2"]);
    let outcomes = run.outcomes();
    assert!(
        outcomes.contains(&("[late] is_not_kept_waiting", "ok")),
        "{outcomes:?}"
    );
    assert!(
        outcomes.contains(&("[late] hangs", "FAILED")),
        "{outcomes:?}"
    );
}

#[test]
fn the_report_says_that_what_a_hung_thread_holds_stays_held() {
    for mode in ["all", "per_task_separate"] {
        let words = ["[late]", "--test-threads", "2", "--resource-mode", mode];
        let (run, _) = run("held", &words);
        for told in [
            "timed out after 200ms: its thread was given up; what it holds stays held until the thread or the run ends",
            "resources not met: waited 100ms (max_resource_wait), and `load` (exclusive) is held by `hangs`",
        ] {
            assert!(run.stdout.contains(told), "{mode}: {}", run.stdout);
        }
    }
}

#[test]
fn an_interrupt_reaches_all_that_run() {
    let (mut child, marks) = start_waiting("interrupt");
    let signal = || {
        Command::new("kill")
            .args(["-s", "INT", &child.id().to_string()])
            .status()
    };
    // Once: they may end, and what was set up goes down.
    assert!(signal().expect("the system has `kill`").success());
    let stderr = child.stderr.take().expect("stderr was asked for");
    let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("kissats: interrupted: ")));
    marks.leave("go");
    let ended = eventually("the end", || {
        child.try_wait().expect("it can be waited for")
    });
    assert_eq!(ended.code(), Some(101));
    assert_eq!(marks.lines().last().map(String::as_str), Some("down"));
}

#[test]
fn two_interrupts_give_up_all_that_run() {
    let (mut child, marks) = start_waiting("interrupts");
    let id = child.id().to_string();
    let ended = eventually("the end", || {
        let _ = Command::new("kill").args(["-s", "INT", &id]).status();
        child.try_wait().expect("it can be waited for")
    });
    assert_eq!(ended.code(), Some(101));
    assert!(
        !marks.lines().contains(&"down".to_owned()),
        "teardowns are given up too"
    );
}
