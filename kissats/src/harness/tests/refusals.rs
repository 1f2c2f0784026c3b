//! What makes no sense is refused, all of it at once.

use super::support::{FILE, resolve, resolve_with};
use crate::harness::run_option::{RUN_OPTIONS, Shape};

#[test]
fn all_mistakes_are_reported_at_once() {
    let errors = resolve(
        &["--dut", " x", "--param", "novalue", "--test-threads", "0"],
        &[],
    )
    .unwrap_err();
    assert_eq!(errors.len(), 3, "{errors:?}");
    let errors = resolve(&[], &[("RUST_TEST_THREADS", "many"), ("KISSATS_ATS", "[x")]).unwrap_err();
    assert_eq!(errors.len(), 2, "{errors:?}");
}

#[test]
fn every_option_refuses_what_it_cannot_be_under_the_name_of_who_said_it() {
    let wrong = |shape| match shape {
        Shape::Text => " ",
        Shape::Number => "many",
        Shape::Span => "nan",
        Shape::Flag => "maybe",
        Shape::Words => "[",
        Shape::Json => "[1]",
    };
    for option in RUN_OPTIONS {
        if ["ats_client", "valid_result"].contains(&option.key) {
            // Any word will do.
            continue;
        }
        for name in option.variables {
            let errors = resolve(&[], &[(name, wrong(option.shape))]).unwrap_err();
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert!(errors[0].starts_with(&format!("{name}: ")), "{errors:?}");
        }
    }
    let errors = resolve(
        &["--run-mode", "threads"],
        &[("KISSATS_FAIL_FAST", "maybe")],
    );
    assert_eq!(
        errors.unwrap_err(),
        [
            "--run-mode: expected one of normal, thread, process, found \"threads\"; did you mean `thread`?",
            "KISSATS_FAIL_FAST: expected true or false, found \"maybe\"",
        ]
    );
}

#[test]
fn mistakes_of_all_sources_are_reported_at_once() {
    let files = [
        (FILE, "[run]\ndtu = 1\n"),
        ("p.json", "{ \"thread_limit\": 0 }"),
    ];
    let words = [
        "--params",
        "p.json",
        "--param",
        "dut=x",
        "--resource-mode",
        "al",
    ];
    let errors = resolve_with(&words, &[("KISSATS_RUN_MODE", "fast")], &files).unwrap_err();
    assert_eq!(
        errors,
        [
            ".config/kissats.toml:2:1: run.dtu: unknown key; did you mean `dut`?",
            "p.json: thread_limit: expected a whole number of at least 1, found 0",
            "--resource-mode: expected one of all, per_task_separate, per_task_combine, custom_all, \
             custom_separate, custom_combine, found \"al\"; did you mean `all`?",
            "KISSATS_RUN_MODE: expected one of normal, thread, process, found \"fast\"",
            "--param dut=…: `dut` belongs to the run: use `--dut`; tasks see it all the same",
        ]
    );
    let missing = resolve(&["--params", "no.json"], &[]).unwrap_err();
    assert!(
        missing[0].starts_with("no.json: cannot be read: "),
        "{missing:?}"
    );
}
