//! Bodies that keep stdout or stderr locked when they are given up: the run goes on, and tells of all tasks.

use std::sync::LazyLock;

use kissats_tests::{Finished, Project};

const TASKS: &str = r#"use std::io::{Write, stderr, stdout};

use kissats::prelude::*;

#[kiss_task(timeout = "200ms", stop_suite_on_fail = false, thread_safe = true, priority = 1)]
fn keeps_stdout() {
    let mut out = stdout().lock();
    let _ = write!(out, "a line without an end");
    end_process();
}

#[kiss_task(timeout = "200ms", stop_suite_on_fail = false, thread_safe = true, priority = 2)]
fn keeps_stderr() {
    let _err = stderr().lock();
    end_process();
}

/// Unless the run is over long before.
fn end_process() {
    std::thread::sleep(std::time::Duration::from_secs(60));
    std::process::abort();
}

#[kiss_task]
fn passes(cx: &TaskContext) {
    cx.note("a note");
}

#[kiss_task(stop_suite_on_fail = false)]
fn panics() {
    panic!("the relay sticks");
}
"#;

static PACK: LazyLock<Project> = LazyLock::new(|| Project::pack("kept-streams-pack", TASKS));

/// Whether it is alone or beside the others, a run ends by itself, and all of it is told.
#[track_caller]
fn ends(words: &[&str]) -> Finished {
    let mut command = PACK.program_command();
    let run = Finished::of(command.args(words).args(["--show-output", "--summary"]));
    assert_eq!(run.code, Some(101), "{run}");
    let outcomes = [
        ("keeps_stdout", "FAILED"),
        ("keeps_stderr", "FAILED"),
        ("passes", "ok"),
        ("panics", "FAILED"),
    ];
    assert_eq!(run.outcomes(), outcomes, "{run}");
    for task in ["keeps_stdout", "keeps_stderr"] {
        let text = format!("---- {task} ----\nException: timed out after 200ms");
        assert!(run.stdout.contains(&text), "{run}");
    }
    assert!(run.stderr.contains("kissats: 4 task(s) ran for "), "{run}");
    run
}

#[test]
fn a_run_goes_on_without_a_body_that_keeps_a_stream() {
    for threads in ["1", "4"] {
        let run = ends(&["--test-threads", threads]);
        let (_, successes) = run
            .stdout
            .split_once("\nsuccesses:\n")
            .expect("they follow");
        assert!(successes.contains("a note\n"), "{run}");
    }
}

#[test]
fn nor_is_anything_lost_that_goes_out_as_it_comes() {
    for threads in ["1", "4"] {
        let run = ends(&["--test-threads", threads, "--no-capture"]);
        for text in ["passes: a note\n", "the relay sticks\n"] {
            assert!(run.stderr.contains(text), "{run}");
        }
    }
}
