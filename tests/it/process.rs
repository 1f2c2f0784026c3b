//! Tasks in processes of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project, eventually};

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    Project::with_files(
        "process-pack",
        &[
            ("src/lib.rs", include_str!("../packs/process.rs")),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", "kissats::main!(process_pack);\n"),
        ],
    )
});

struct Run {
    finished: Finished,
    marks: Vec<String>,
}

impl Run {
    fn of(name: &str, words: &[&str]) -> Self {
        let marks = Marks::new(&format!("process-{name}"));
        let mut command = PROJECT.program_command();
        let words = ["--run-mode", "process", "--dut", "widget-a"]
            .iter()
            .chain(words);
        // One at a time, so that it is known who comes next.
        command.env("KISSATS_PROCESS_LIMIT", "1");
        let finished = Finished::of(command.args(words).env(Marks::VARIABLE, marks.path()));
        Self {
            finished,
            marks: marks.lines(),
        }
    }

    fn mark(&self, start: &str) -> &str {
        let mut marks = self.marks.iter();
        let found = marks.find_map(|mark| mark.strip_prefix(start));
        found.unwrap_or_else(|| {
            panic!(
                "no `{start}` in {:#?}\n{}",
                self.marks, self.finished.stderr
            )
        })
    }

    fn outcome_of(&self, task: &str) -> &str {
        let outcomes = self.finished.outcomes();
        let found = outcomes.into_iter().find(|(name, _)| *name == task);
        found
            .unwrap_or_else(|| panic!("no `{task}` in {}", self.finished.stdout))
            .1
    }

    fn failure_of(&self, task: &str) -> &str {
        let head = format!("---- {task} ----\n");
        let found = self.finished.stdout.split_once(&head);
        let text = found
            .unwrap_or_else(|| panic!("no failure {task}: {}", self.finished.stdout))
            .1;
        text.split_once("\n----").map_or(text, |(text, _)| text)
    }
}

#[test]
fn a_worker_is_kept_for_the_next_task() {
    let run = Run::of("kept", &["a_main", "b_first", "c_second"]);
    assert_eq!(run.finished.code, Some(0), "{}", run.finished.stdout);
    let (main, _) = run.mark("main ").split_once(" of ").unwrap();
    let (first, of_first) = run.mark("first ").split_once(" of ").unwrap();
    assert_eq!(of_first, main);
    assert_ne!(first, main);
    assert_eq!(run.mark("second "), run.mark("first "));
}

#[test]
fn parameters_resources_and_what_the_task_declares_cross_the_border() {
    let run = Run::of("border", &["c_second", "d_sees"]);
    assert_eq!(run.finished.code, Some(0), "{}", run.finished.stdout);
    assert_eq!(
        run.mark("sees "),
        "Some(\"2.4.1\") Some(\"widget-a\") psu null \"V\" 1"
    );
    // Nobody can read the run's own pipe by mistake.
    assert_eq!(run.mark("stdin "), "Ok(0)");
}

#[test]
fn what_a_task_writes_is_shown_whole_if_it_fails() {
    let run = Run::of("output", &["b_first", "e_talks", "f_panics"]);
    let text = run.failure_of("e_talks_and_fails");
    let lines = text
        .lines()
        .filter(|line| line.starts_with("line "))
        .count();
    assert_eq!(lines, 20_000);
    assert!(
        text.starts_with("Exception: main failed: as it was meant to\n"),
        "{}",
        &text[..200]
    );
    assert!(text.contains("no end of line"));
    let panicked = run.failure_of("f_panics");
    assert!(
        panicked.contains("thread 'f_panics' panicked at "),
        "{panicked}"
    );
    assert!(!panicked.contains("no end of line"), "{panicked}");
    let stderr = &run.finished.stderr;
    assert!(!stderr.contains("f_panics"), "{stderr}");
}

#[test]
fn a_crash_is_the_verdict_of_the_task_and_of_no_other() {
    let run = Run::of("crash", &["g_leaves", "h_aborts", "i_overflows", "k_after"]);
    let leaves = run.failure_of("g_leaves");
    assert!(
        leaves.contains("ended its process with exit code 3"),
        "{leaves}"
    );
    assert!(leaves.contains("half a line"), "{leaves}");
    let aborts = run.failure_of("h_aborts");
    assert!(aborts.contains("died of SIGABRT (signal 6)"), "{aborts}");
    assert!(aborts.contains("before the abort"), "{aborts}");
    let overflows = run.failure_of("i_overflows");
    assert!(overflows.contains("overflowed its stack"), "{overflows}");
    // What they held was given back, and the worker replaced.
    assert_eq!(run.outcome_of("k_after_all_that"), "ok");
    assert_eq!(run.finished.code, Some(101));
}

#[test]
fn a_task_that_takes_too_long_is_killed_with_all_that_it_has_started() {
    let run = Run::of("timeout", &["j_hangs", "k_after"]);
    let hangs = run.failure_of("j_hangs");
    assert!(hangs.contains("timed out after 300ms"), "{hangs}");
    assert_eq!(run.outcome_of("k_after_all_that"), "ok");
    assert!(hangs.contains("--- stdout ---\nhanging"), "{hangs}");
    wait_for_the_end_of(run.mark("started "));
}

/// Whether a process is there. Nobody waits for an orphan but the system.
fn is_alive(id: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{id}/stat"));
    state.is_ok_and(|state| !state.contains(") Z "))
}

fn wait_for_the_end_of(id: &str) {
    assert_ne!(id, "0", "it was never started");
    eventually("the end of what a task has started", || {
        (!is_alive(id)).then_some(())
    });
}

fn signal(name: &str, id: &str) {
    let status = Command::new("kill").args(["-s", name, id]).status();
    assert!(status.expect("the system has `kill`").success());
}

#[test]
fn leaving_well_before_the_end_is_a_failure_too() {
    let run = Run::of("leaves-well", &["leaves_well", "k_after"]);
    let text = run.failure_of("leaves_well");
    assert!(
        text.contains("ended its process with exit code 0"),
        "{text}"
    );
    assert_eq!(run.outcome_of("k_after_all_that"), "ok");
}

#[test]
fn no_output_is_too_long_or_mistaken_for_words_of_kissats() {
    let run = Run::of("too-much", &["b_first", "says_too_much"]);
    let text = run.failure_of("says_too_much");
    let (head, _) = text.split_once("xxx").unwrap();
    assert!(head.contains("kissats "), "{head}");
    assert!(head.contains("{\"ready\":{\"version\":7}}\n"), "{head}");
    let full = text.lines().filter(|line| line.len() == 1023);
    assert_eq!(full.count(), 10 * 1024);
    assert!(text.contains("--- stderr ---\nthe last of it"));
    assert_eq!(run.outcome_of("b_first"), "ok");
}

#[test]
fn what_a_task_does_to_the_files_of_kissats_falls_back_on_it_alone() {
    let words = ["closes_outputs", "closes_sockets", "speaks_for", "k_after"];
    let run = Run::of("files", &words);
    // Its process is not used again.
    assert_eq!(run.outcome_of("closes_outputs"), "ok");
    let text = run.failure_of("closes_sockets");
    assert!(text.contains("main crashed: "), "{text}");
    let text = run.failure_of("speaks_for_kissats");
    let said = "expected a message of version 3, found `all is well`";
    assert!(text.contains(said), "{text}");
    assert_eq!(run.outcome_of("k_after_all_that"), "ok");
}

#[test]
fn a_daemon_that_keeps_everything_open_keeps_nobody_waiting() {
    let run = Run::of("daemon", &["forks_a_daemon", "k_after"]);
    let daemon = run.mark("daemon ");
    // It left the group on purpose, so it outlives the run.
    assert!(is_alive(daemon), "the run has waited for its end");
    signal("KILL", daemon);
    let text = run.failure_of("forks_a_daemon");
    assert!(
        text.contains("ended its process with exit code 3"),
        "{text}"
    );
    assert_eq!(run.outcome_of("k_after_all_that"), "ok");
}

#[test]
fn a_process_that_a_task_has_changed_is_not_used_again() {
    let words = ["moves", "n_sets", "o_leaves", "p_finds", "q_finds"];
    let run = Run::of("changed", &words);
    assert_eq!(run.finished.code, Some(0), "{}", run.finished.stdout);
    let moved = run.mark("moved ");
    let (not_there, set) = run.mark("set in ").rsplit_once(' ').unwrap();
    assert_eq!(not_there, "Ok(false)");
    assert_ne!(set, moved);
    let (child, left) = run.mark("left ").split_once(" in ").unwrap();
    assert!(!is_alive(child));
    assert_ne!(run.mark("found "), left);
    assert_eq!(run.mark("variable "), "None");
}

#[test]
fn tied_tasks_share_a_process_whatever_they_change() {
    for words in [&["tied_"][..], &["tied_", "--fresh-process"]] {
        let run = Run::of("tied", words);
        assert_eq!(run.finished.code, Some(0), "{}", run.finished.stdout);
        assert_eq!(run.mark("follows "), run.mark("leads "));
        assert_ne!(run.mark("not tied "), run.mark("leads "));
    }
}

#[test]
fn every_task_has_a_fresh_process_on_request() {
    let run = Run::of("fresh", &["b_first", "c_second", "--fresh-process"]);
    assert_eq!(run.finished.code, Some(0), "{}", run.finished.stdout);
    assert_ne!(run.mark("second "), run.mark("first "));
}

#[test]
fn a_worker_that_ends_between_two_tasks_is_replaced() {
    let run = Run::of("idle", &["x_has_another"]);
    assert_eq!(run.finished.code, Some(0), "{}", run.finished.stdout);
    assert_ne!(run.mark("another "), run.mark("first "));
}

#[test]
fn what_a_task_has_started_may_end_in_order() {
    let run = Run::of("in-order", &["y_hangs"]);
    let hangs = run.failure_of("y_hangs_in_order");
    assert!(hangs.contains("attempt 2: Exception: timed out"), "{hangs}");
    assert_eq!(hangs.matches("in attempt").count(), 2, "{hangs}");
    let marks: Vec<&str> = run.marks.iter().map(String::as_str).collect();
    // The second attempt begins when nothing of the first is left.
    let all = ["hangs", "in order", "hangs", "in order", "teardown"];
    assert_eq!(marks, all);
}

#[test]
fn what_does_not_end_when_asked_is_killed() {
    let run = Run::of("stubborn", &["z_ignores", "b_first"]);
    let text = run.failure_of("z_ignores_requests");
    assert!(
        text.contains("timed out after 300ms: its process was ended"),
        "{text}"
    );
    assert!(!is_alive(run.mark("stubborn ")));
    assert_eq!(run.outcome_of("b_first"), "ok");
}

/// A run that has a body in a tight loop.
fn spinning(name: &str) -> (Child, Marks, String) {
    let marks = Marks::new(&format!("process-{name}"));
    let mut command = PROJECT.program_command();
    command.args(["--run-mode", "process", "--ignored", "spins"]);
    command.env(Marks::VARIABLE, marks.path());
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let spins = eventually("a body at work", || {
        let lines = marks.lines();
        lines
            .iter()
            .find_map(|mark| mark.strip_prefix("spins ").map(str::to_owned))
    });
    (child, marks, spins)
}

fn beside(marks: &Marks) -> String {
    let lines = marks.lines();
    let found = lines.iter().find_map(|mark| mark.strip_prefix("beside "));
    found.expect("it comes first").to_owned()
}

#[test]
fn a_body_in_a_loop_ends_with_the_run_that_is_killed() {
    let (mut run, marks, spins) = spinning("orphan");
    run.kill().expect("it can be killed");
    run.wait().expect("it ends");
    wait_for_the_end_of(&spins);
    wait_for_the_end_of(&beside(&marks));
}

#[test]
fn the_second_interrupt_kills_bodies() {
    for name in ["INT", "TERM"] {
        let (mut run, marks, spins) = spinning(&format!("interrupt-{name}"));
        let id = run.id().to_string();
        signal(name, &id);
        // Two that come at once are one.
        let stderr = run.stderr.take().expect("stderr was asked for");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.starts_with("kissats: interrupted: ")));
        signal(name, &id);
        let output = run.wait_with_output().expect("it ends");
        let report = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(101), "{report}");
        let said = "Exception: interrupted: its process was ended";
        assert!(report.contains(said), "{report}");
        assert!(!is_alive(&spins));
        assert!(!is_alive(&beside(&marks)));
        assert!(!marks.lines().contains(&"teardown".to_owned()));
    }
}

#[test]
fn the_first_interrupt_lets_bodies_end() {
    let (run, marks, spins) = spinning("interrupt-once");
    signal("INT", &run.id().to_string());
    // It is no end of the run that the task dies of.
    signal("KILL", &spins);
    let output = run.wait_with_output().expect("it ends");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("died of SIGKILL (signal 9)"), "{report}");
    assert!(marks.lines().contains(&"teardown".to_owned()), "{report}");
}
