//! The sample in the shape of the original author's package, in the example pack.

use kissats_tests::{Finished, Project};

fn run(words: &[&str]) -> Finished {
    let command = [
        "test",
        "--quiet",
        "-p",
        "example-pack",
        "--test",
        "pack",
        "--",
    ];
    Project::workspace().cargo(&[&command, words].concat())
}

#[test]
fn in_every_group_a_and_b_pass_c_throws_and_d_is_blocked() {
    let finished = run(&["--ignored", "[normal]", "[thread]", "[proc]"]);
    assert_eq!(finished.code, Some(101), "{}", finished.stdout);
    for group in ["normal", "thread", "proc"] {
        for (task, outcome) in [
            ("a", "ok"),
            ("b", "ok"),
            ("c", "FAILED"),
            (
                "d",
                &format!("ignored (blocked by sample::{group}::c (FAILED))"),
            ),
        ] {
            let name = format!("[{group}] sample::{group}::{task}");
            let told = finished
                .outcomes()
                .into_iter()
                .find(|(shown, _)| **shown == *name);
            assert_eq!(
                told.map(|(_, told)| told.to_string()).as_deref(),
                Some(outcome),
                "{name}"
            );
        }
    }
}

#[test]
fn it_waits_to_be_asked_for() {
    let finished = run(&["[normal]"]);
    assert_eq!(finished.code, Some(0), "{}", finished.stdout);
    assert!(
        finished
            .stdout
            .contains("ignored (the sample fails on purpose)"),
        "{}",
        finished.stdout
    );
}
