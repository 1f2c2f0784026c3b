//! Tasks in processes of their own.

use std::path::Path;
use std::process::Command;
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
        let mut command = Command::new(PROJECT.program());
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
    assert_eq!(run.finished.stderr, "");
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
    let child = run.mark("started ");
    let folder = format!("/proc/{child}");
    eventually("the end of what the task started", || {
        let state = std::fs::read_to_string(Path::new(&folder).join("stat"));
        // Nobody waits for an orphan but the system.
        state
            .map_or(true, |state| state.contains(") Z "))
            .then_some(())
    });
}
