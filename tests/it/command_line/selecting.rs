//! Which tasks run.

use super::support::{IGNORED, TASKS, cargo_test, list_of, path_of};

#[test]
fn names_groups_and_skips_select_tasks_and_what_they_need() {
    struct Case {
        words: &'static [&'static str],
        /// What is reported, as `NAME: OUTCOME`.
        shown: &'static [&'static str],
        /// What runs with it.
        needed: &'static [&'static str],
    }
    const ON: &str = "[smoke] power::on: ok";
    const RAIL: &str = "[smoke][power] power::rail: ok";
    let cases = [
        Case {
            words: &["dut"],
            shown: &["dut::boot: ok", "[slow] dut::update: ok"],
            needed: &[],
        },
        Case {
            words: &["night", "dut::boot", "no such task"],
            shown: &["dut::boot: ok", "night: ignored (takes a night)"],
            needed: &[],
        },
        Case {
            words: &["smoke"],
            shown: &[ON, RAIL],
            needed: &[],
        },
        Case {
            words: &["[smoke]"],
            shown: &[ON, RAIL],
            needed: &[],
        },
        Case {
            words: &["[smoke]", "boot"],
            shown: &[ON, RAIL, "dut::boot: ok"],
            needed: &[],
        },
        Case {
            words: &["[power]"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["[slow]"],
            shown: &["[slow] dut::update: ok"],
            needed: &["dut::boot: ok"],
        },
        Case {
            words: &["no such task"],
            shown: &[],
            needed: &[],
        },
        Case {
            words: &["--exact", "power::rail"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["power::rail", "--exact", "--show-output"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["--exact", "[smoke][power] power::rail"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["--exact", "power::off", "[smoke] power::on"],
            shown: &[ON, "power::off: ok"],
            needed: &[],
        },
        Case {
            words: &["--exact", "night"],
            shown: &["night: ignored (takes a night)"],
            needed: &[],
        },
        Case {
            words: &["power", "--skip", "[power]"],
            shown: &[ON, "power::off: ok"],
            needed: &[],
        },
        Case {
            words: &["power", "--skip", "rail", "--skip=off"],
            shown: &[ON],
            needed: &[],
        },
        // What is skipped is not shown, and runs all the same where it is needed.
        Case {
            words: &["power", "--skip", "power::on"],
            shown: &[RAIL, "power::off: ok"],
            needed: &[ON],
        },
        // With `--exact`, a part of a name skips nothing.
        Case {
            words: &["--exact", "--skip", "power", "power::off"],
            shown: &["power::off: ok"],
            needed: &[],
        },
        Case {
            words: &["--exact", "dut::boot", "power::off", "--skip", "power::off"],
            shown: &["dut::boot: ok"],
            needed: &[],
        },
        Case {
            words: &["--ignored"],
            shown: &["night: ok", "week: ok"],
            needed: &["power::off: ok"],
        },
        Case {
            words: &["--ignored", "night"],
            shown: &["night: ok"],
            needed: &[],
        },
        Case {
            words: &["--ignored", "--exact", "night", "--nocapture"],
            shown: &["night: ok"],
            needed: &[],
        },
        Case {
            words: &["--ignored", "--exact", "power::on"],
            shown: &[],
            needed: &[],
        },
        Case {
            words: &["--include-ignored", "night", "off"],
            shown: &["power::off: ok", "night: ok"],
            needed: &[],
        },
        Case {
            words: &["--dut", "widget-a", "widget"],
            shown: &["widget_b: ignored (not for DUT widget-a, only for widget-b)"],
            needed: &[],
        },
        Case {
            words: &["--dut", "widget-b", "widget"],
            shown: &["widget_b: ok"],
            needed: &[],
        },
        // The author's `ignore` is a wish; the wrong device is a fact.
        Case {
            words: &["--dut", "widget-a", "widget", "--include-ignored"],
            shown: &["widget_b: ignored (not for DUT widget-a, only for widget-b)"],
            needed: &[],
        },
        Case {
            words: &["--ats", "desk", "lab"],
            shown: &["in_the_lab: ignored (not for ATS desk, only for lab)"],
            needed: &[],
        },
        Case {
            words: &["--ats", "lab", "lab"],
            shown: &["in_the_lab: ok"],
            needed: &[],
        },
    ];
    for Case {
        words,
        shown,
        needed,
    } in cases
    {
        let ran = cargo_test("selection", words, &[]);
        let line = |(name, outcome): (&str, &str)| format!("{name}: {outcome}");
        let reported: Vec<_> = ran.finished.outcomes().into_iter().map(line).collect();
        assert_eq!(reported, shown, "{words:?}\n{ran}");
        let pulled_in: Vec<_> = ran.finished.needed().into_iter().map(line).collect();
        assert_eq!(pulled_in, needed, "{words:?}\n{ran}");
        ran.expect_success();
        let passed = shown.iter().filter(|line| line.ends_with(": ok")).count();
        ran.expect_counts([passed, 0, shown.len() - passed, TASKS.len() - shown.len()]);
        assert_eq!(ran.tasks().len(), passed + needed.len(), "{words:?}\n{ran}");
    }
}

#[test]
fn without_a_word_everything_runs_in_order_and_is_reported() {
    let ran = cargo_test("plain", &[], &[]);
    ran.expect_everything();
    let mut reported: Vec<_> = ran
        .finished
        .outcomes()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(reported[TASKS.len() - 2..], IGNORED, "{ran}");
    reported.sort_unstable();
    let mut tasks = TASKS;
    tasks.sort_unstable();
    assert_eq!(reported, tasks, "{ran}");
}

#[test]
fn many_skips_leave_the_rest() {
    let ran = cargo_test(
        "skips",
        &["--skip", "power", "--skip", "dut", "--skip", "night"],
        &[],
    );
    ran.expect_success();
    ran.expect_counts([4, 0, 1, 6]);
    assert_eq!(
        ran.tasks(),
        ["widget_b", "in_the_lab", "fails_if_told", "parameters"],
        "{ran}"
    );
}

#[test]
fn include_ignored_runs_everything() {
    let ran = cargo_test("include-ignored", &["--include-ignored"], &[]);
    ran.expect_success();
    ran.expect_counts([11, 0, 0, 0]);
    assert_eq!(ran.tasks(), TASKS.map(path_of), "{ran}");
    let both = cargo_test("include-ignored", &["--include-ignored", "--ignored"], &[]);
    both.expect_success();
    both.expect_counts([11, 0, 0, 0]);
}

#[test]
fn an_unknown_exact_name_is_refused_with_a_suggestion() {
    let cases: [(&[&str], &[&str]); 5] = [
        (
            &["--exact", "power::rial"],
            &["no task is called `power::rial` (--exact); did you mean `power::rail`?"],
        ),
        // One known and one unknown: the known one does not run either.
        (
            &["--exact", "dut::boot", "dut::bot"],
            &["no task is called `dut::bot` (--exact); did you mean `dut::boot`?"],
        ),
        (
            &["--exact", "nigth", "weak"],
            &[
                "2 mistakes",
                "`nigth` (--exact); did you mean `night`?",
                "`weak` (--exact); did you mean `week`?",
            ],
        ),
        // A filter that would match is no name.
        (
            &["--exact", "smoke"],
            &["no task is called `smoke` (--exact)"],
        ),
        (
            &["--list", "--exact", "dut::bot"],
            &["did you mean `dut::boot`?"],
        ),
    ];
    for (words, messages) in cases {
        cargo_test("unknown-exact", words, &[]).expect_refused(messages);
    }
}

#[test]
fn fail_fast_starts_nothing_after_a_failure() {
    let on = cargo_test("fail-fast", &["--param", "fail=true", "--fail-fast"], &[]);
    on.expect_failure();
    on.expect_counts([7, 1, 3, 0]);
    let last = (
        "parameters",
        "ignored (not run: fails_if_told failed (--fail-fast))",
    );
    assert!(on.finished.outcomes().contains(&last), "{on}");
    assert!(!on.tasks().contains(&"parameters"), "{on}");
    let off = cargo_test("fail-fast", &["--param", "fail=true"], &[]);
    off.expect_failure();
    off.expect_counts([8, 1, 2, 0]);
    assert!(off.tasks().contains(&"parameters"), "{off}");
}

#[test]
fn there_are_no_benchmarks() {
    // As libtest does: every test is ignored.
    let ran = cargo_test("bench", &["--bench"], &[]);
    ran.expect_success();
    ran.expect_counts([0, 0, 11, 0]);
    assert_eq!(ran.tasks(), [""; 0], "{ran}");
    let ran = cargo_test("bench", &["--bench", "smoke"], &[]);
    ran.expect_success();
    ran.expect_counts([0, 0, 2, 9]);
    let ran = cargo_test("bench", &["--bench", "--list"], &[]);
    ran.expect_success();
    assert_eq!(ran.finished.stdout, list_of(&TASKS), "{ran}");
    assert_eq!(ran.tasks(), [""; 0], "{ran}");
}
