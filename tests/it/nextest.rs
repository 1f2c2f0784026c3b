//! The same packs under `cargo nextest`, where every task has a process of its own.

use std::sync::LazyLock;

use kissats_tests::{Finished, Project};

static PACK: LazyLock<Project> =
    LazyLock::new(|| Project::pack("nextest-pack", include_str!("../packs/nextest.rs")));

/// Whether there is a `cargo nextest`; says so if not.
#[expect(
    clippy::print_stderr,
    reason = "whoever looks shall see why a test did nothing"
)]
pub(crate) fn is_installed() -> bool {
    let is_installed = PACK.cargo(&["nextest", "--version"]).code == Some(0);
    if !is_installed {
        eprintln!("skipped: `cargo nextest` is not installed");
    }
    is_installed
}

/// `cargo nextest WORDS` in the project; `None` where it is not installed.
fn nextest(project: &Project, words: &[&str]) -> Option<Finished> {
    is_installed().then(|| project.cargo(&[&["nextest"], words].concat()))
}

/// The word and the name of every line such as `PASS [   0.005s] (1/8) nextest-pack::pack power::on`, sorted
/// by name.
pub(crate) fn verdicts(finished: &Finished) -> Vec<(&str, &str)> {
    // What failed is listed again below the summary.
    let lines = finished
        .stderr
        .lines()
        .take_while(|line| !line.trim().starts_with("Summary ["));
    let mut verdicts: Vec<_> = lines
        .filter_map(|line| {
            let (word, rest) = line.trim().split_once(" [")?;
            let (_, name) = rest.split_once("::pack ")?;
            Some((word, name))
        })
        .collect();
    verdicts.sort_unstable_by_key(|(_, name)| *name);
    verdicts
}

#[test]
fn every_task_is_listed() {
    let words = [
        "list",
        "--message-format",
        "oneline",
        "--run-ignored",
        "all",
    ];
    let Some(finished) = nextest(&PACK, &words) else {
        return;
    };
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let mut names: Vec<_> = finished
        .stdout
        .lines()
        .filter_map(|line| line.split_once("::pack "))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names.iter().map(|(_, name)| *name).collect::<Vec<_>>(),
        [
            "[smoke] power::on",
            "[smoke][power] power::rail",
            "is_blocked",
            "is_blocked_in_turn",
            "needs_two",
            "night",
            "panics",
            "returns_an_error",
            "skips_itself",
        ]
    );
}

#[test]
fn every_task_passes_or_fails_and_what_is_blocked_does_not_pass() {
    let Some(finished) = nextest(&PACK, &["run", "--no-fail-fast"]) else {
        return;
    };
    assert_eq!(finished.code, Some(100), "{}", finished.stderr);
    assert_eq!(
        verdicts(&finished),
        [
            ("PASS", "[smoke] power::on"),
            ("PASS", "[smoke][power] power::rail"),
            ("FAIL", "is_blocked"),
            ("FAIL", "is_blocked_in_turn"),
            ("PASS", "needs_two"),
            ("FAIL", "panics"),
            ("FAIL", "returns_an_error"),
            ("PASS", "skips_itself"),
        ],
        "{}",
        finished.stderr
    );
    let summary = "8 tests run: 4 passed, 4 failed, 1 skipped";
    assert!(finished.stderr.contains(summary), "{}", finished.stderr);
}

#[test]
fn ignored_tasks_run_when_asked_for() {
    let Some(finished) = nextest(&PACK, &["run", "--run-ignored", "only"]) else {
        return;
    };
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert_eq!(
        verdicts(&finished),
        [("PASS", "night")],
        "{}",
        finished.stderr
    );
}

#[test]
fn filters_find_groups_and_paths() {
    let cases: [(&[&str], &[&str]); 4] = [
        (
            &["-E", r"test(/\[smoke\]/)"],
            &["[smoke] power::on", "[smoke][power] power::rail"],
        ),
        (
            &["-E", r"test(/\[power\]/)"],
            &["[smoke][power] power::rail"],
        ),
        (
            &["-E", "test(=[smoke] power::on) + test(=needs_two)"],
            &["[smoke] power::on", "needs_two"],
        ),
        (&["power::rail"], &["[smoke][power] power::rail"]),
    ];
    for (words, names) in cases {
        let Some(finished) = nextest(&PACK, &[&["run"], words].concat()) else {
            return;
        };
        assert_eq!(finished.code, Some(0), "{words:?}\n{}", finished.stderr);
        let expected: Vec<_> = names.iter().map(|name| ("PASS", *name)).collect();
        assert_eq!(
            verdicts(&finished),
            expected,
            "{words:?}\n{}",
            finished.stderr
        );
    }
}

#[test]
fn the_message_of_a_failure_reaches_junit() {
    let config = "[profile.default.junit]\npath = \"junit.xml\"\n";
    let lib = include_str!("../packs/nextest.rs");
    let target = "kissats::main!(nextest_junit_pack);\n";
    let files = [
        ("src/lib.rs", lib),
        ("tests/pack.rs", target),
        (".config/nextest.toml", config),
    ];
    let pack = Project::with_files("nextest-junit-pack", &files);
    let Some(finished) = nextest(&pack, &["run", "--no-fail-fast"]) else {
        return;
    };
    assert_eq!(finished.code, Some(100), "{}", finished.stderr);
    let path = pack.folder().join("target/nextest/default/junit.xml");
    let report = std::fs::read_to_string(path).expect("nextest has written its report");
    for (task, message) in [
        (
            "returns_an_error",
            "Error: returns_an_error: Exception: main failed: 11.2 V",
        ),
        ("panics", "panicked at src/lib.rs:"),
        ("is_blocked", "panicked at src/lib.rs:"),
    ] {
        let case = report.split_once(&format!("<testcase name=\"{task}\""));
        let case = case.and_then(|(_, rest)| rest.split_once("</testcase>"));
        let (case, _) = case.unwrap_or_else(|| panic!("no `{task}` in\n{report}"));
        let failure = case
            .split_once("<failure message=\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        let (found, _) = failure.unwrap_or_else(|| panic!("`{task}` is no failure in\n{report}"));
        assert!(found.contains(message), "{task}: {found}");
    }
}

#[test]
fn the_example_passes() {
    let workspace = Project::workspace();
    let Some(finished) = nextest(&workspace, &["run", "-p", "example-pack", "-j1"]) else {
        return;
    };
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let verdicts = verdicts(&finished);
    assert!(!verdicts.is_empty(), "{}", finished.stderr);
    assert!(
        verdicts.iter().all(|(word, _)| *word == "PASS"),
        "{verdicts:?}"
    );
}
