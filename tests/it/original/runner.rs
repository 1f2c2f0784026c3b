//! What the original's runner could be told, said to `cargo test`.

use std::sync::LazyLock;

use kissats_tests::{Finished, Project};

static PACK: LazyLock<Project> = LazyLock::new(|| {
    Project::with_files(
        "runner-pack",
        &[
            ("src/lib.rs", include_str!("../../packs/runner.rs")),
            ("tests/pack.rs", "kissats::main!(runner_pack);\n"),
            (
                "bench.json",
                r#"{ "dut": "widget-a", "valid_result": ["Passed", "Degraded"], "serial": 4711 }"#,
            ),
            ("bench.txt", "dut = widget-a\n"),
        ],
    )
});

/// The program is built once and run without cargo.
pub(super) fn run(words: &[&str]) -> Finished {
    static PROGRAM: LazyLock<std::path::PathBuf> = LazyLock::new(|| PACK.program());
    let mut command = PACK.command(&[]);
    let mut own = std::process::Command::new(&*PROGRAM);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => own.env(name, value),
            None => own.env_remove(name),
        };
    }
    command = own;
    Finished::of(command.args(words).current_dir(PACK.folder()))
}

/// The tasks that ran, those that others needed among them, without order.
fn ran(finished: &Finished) -> Vec<String> {
    let all = finished.outcomes().into_iter().chain(finished.needed());
    let mut names: Vec<String> = all
        .filter(|(_, outcome)| !outcome.starts_with("ignored"))
        .map(|(name, _)| name.rsplit(' ').next().unwrap_or(name).to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn params_names_a_file_of_rules_and_values() {
    let finished = run(&["--params", "bench.json", "--show-output"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        finished
            .stdout
            .contains("serial Some(4711) on Some(\"widget-a\")")
    );
    assert_eq!(
        finished.outcomes().len(),
        6,
        "the word of the file is a valid one"
    );
}

#[test]
fn one_test_to_run_brings_what_it_needs() {
    let finished = run(&["--exact", "measures"]);
    assert_eq!(finished.code, Some(0));
    assert_eq!(
        ran(&finished),
        ["boots", "comes_first", "comes_last", "measures"]
    );
}

#[test]
fn one_group_to_run_brings_what_it_needs() {
    let finished = run(&["--group", "smoke"]);
    assert_eq!(ran(&finished), ["boots", "comes_first", "comes_last"]);
}

#[test]
fn a_single_test_is_one_without_prerequisites_set_up_and_teardown() {
    let single = [
        "--exact",
        "measures",
        "--ignore-prereq",
        "--skip-setup",
        "--skip-teardown",
    ];
    let finished = run(&single);
    assert_eq!(finished.code, Some(0));
    assert_eq!(ran(&finished), ["measures"]);
}

#[test]
fn set_up_and_teardown_can_be_left_out_alone() {
    let finished = run(&["--group", "smoke", "--skip-setup"]);
    assert_eq!(ran(&finished), ["boots", "comes_last"]);
    let finished = run(&["--group", "smoke", "--skip-teardown"]);
    assert_eq!(ran(&finished), ["boots", "comes_first"]);
}

#[test]
fn ignore_prereq_holds_from_the_start() {
    let finished = run(&["--group", "power", "--ignore-prereq"]);
    assert_eq!(
        ran(&finished),
        [
            "comes_first",
            "comes_last",
            "fails",
            "measures",
            "needs_what_fails"
        ]
    );
}

#[test]
fn a_failure_that_is_not_critical_is_a_failure_and_what_needs_it_does_not_run() {
    let finished = run(&[]);
    assert_eq!(finished.code, Some(101));
    assert_eq!(
        ran(&finished),
        ["boots", "comes_first", "comes_last", "fails", "measures"]
    );
    assert!(
        finished
            .counts()
            .starts_with("test result: FAILED. 4 passed; 1 failed; 1 ignored")
    );
}

#[test]
fn the_summary_tells_run_time_estimate_and_mean_even_after_a_failure() {
    let finished = run(&["--summary"]);
    let all = format!("{}{}", finished.stdout, finished.stderr);
    assert!(all.contains("5 task(s) ran for 0."), "{all}");
    assert!(all.contains("estimated 5.00 s; on average "), "{all}");
    assert!(all.contains(" s faster than estimated"), "{all}");
}

#[test]
fn run_mode_is_one_of_three_words() {
    assert_eq!(
        run(&["--run-mode", "normal", "--group", "smoke"]).code,
        Some(0)
    );
    let finished = run(&["--run-mode", "fast"]);
    assert_eq!(finished.code, Some(101));
    assert!(
        finished
            .stderr
            .contains("expected one of normal, thread, process, found \"fast\""),
        "{}",
        finished.stderr
    );
}
