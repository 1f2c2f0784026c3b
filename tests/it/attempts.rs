//! More than one attempt, runs that take too long, and orders by chance.

use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project};

const TARGET: &str = r#"fn main() -> std::process::ExitCode {
    kissats::harness!(attempts_pack)
        .instance("probe", "probe-1", kissats::json!(null))
        .instance("probe", "probe-2", kissats::json!(null))
        .main()
}
"#;

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    Project::with_files(
        "attempts-pack",
        &[
            ("src/lib.rs", include_str!("../packs/attempts.rs")),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", TARGET),
        ],
    )
});

fn run(name: &str, words: &[&str]) -> (Finished, Vec<String>) {
    let marks = Marks::new(&format!("attempts-{name}"));
    let mut command = PROJECT.program_command();
    let resource_mode = ["--resource-mode", "per_task_combine"];
    command.args(resource_mode).args(words);
    let finished = Finished::of(command.env(Marks::VARIABLE, marks.path()));
    (finished, marks.lines())
}

#[test]
fn another_attempt_asks_for_another_instance() {
    let (run, marks) = run("other", &["[other]"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let of = |resource: &str| {
        let instances = marks.iter().filter_map(|mark| mark.strip_prefix(resource));
        instances.collect::<Vec<_>>()
    };
    // Where all have failed, the first one again; where there is one, that one.
    assert_eq!(of("another "), ["probe-1", "probe-2", "probe-1"]);
    assert_eq!(of("only "), ["only"; 3]);
    assert_eq!(
        run.outcomes(),
        [
            ("[other] wants_another", "ok"),
            ("[other] has_no_other", "ok")
        ]
    );
    let (_, told) = run
        .stderr
        .split_once("kissats: 2 passed only after a retry:\n")
        .unwrap();
    let of_each =
        "\n        attempt 1: Failed: too early: 1\n        attempt 2: Failed: too early: 2\n";
    for task in ["has_no_other", "wants_another"] {
        let expected =
            format!("    flaky [other] {task} ... ok (flaky: passed on attempt 3){of_each}");
        assert!(told.contains(&expected), "{told}");
    }
}

#[test]
fn where_the_run_holds_one_of_each_it_says_that_there_is_no_other() {
    let (run, marks) = run("held", &["wants_another", "--resource-mode", "all"]);
    assert_eq!(marks, ["another probe-1"; 3]);
    let note = "kissats: wants_another asks for another instance, and there is none: ";
    assert_eq!(run.stderr.matches(note).count(), 1, "{}", run.stderr);
}

#[test]
fn between_attempts_a_task_holds_nothing() {
    for mode in ["normal", "thread", "process"] {
        let (run, marks) = run("rest", &["[rest]", "--run-mode", mode]);
        assert_eq!(run.code, Some(0), "{mode}: {}", run.stderr);
        assert_eq!(marks.first().map(String::as_str), Some("rests 1"), "{mode}");
        assert_eq!(marks[3..], ["rests 3", "after"], "{mode}");
        // Which of the two is first is up to the machine; that both come before is not.
        assert!(
            marks[1..3].contains(&"meanwhile".to_owned()),
            "{mode}: {marks:?}"
        );
        assert!(
            marks[1..3].contains(&"rests 2".to_owned()),
            "{mode}: {marks:?}"
        );
        for wait in [
            "attempt 1 has failed, the next begins in 300ms",
            "attempt 2 has failed, the next begins in 400ms",
        ] {
            assert!(
                run.stderr
                    .contains(&format!("kissats: rests waits: {wait}")),
                "{mode}: {}",
                run.stderr
            );
        }
    }
}

#[test]
fn a_run_ends_when_its_time_is_over_whatever_hangs() {
    for (mode, hangs) in [
        ("normal", "a_hangs"),
        ("thread", "a_hangs"),
        ("thread", "b_hangs"),
        ("process", "c_hangs"),
    ] {
        let words = [
            hangs,
            "d_is_late",
            "--run-mode",
            mode,
            "--global-timeout",
            "1.5s",
        ];
        let (run, marks) = run("late", &words);
        let context = format!("{mode} {hangs}\n{}\n{}", run.stdout, run.stderr);
        assert_eq!(run.code, Some(101), "{context}");
        assert_eq!(
            marks.last().map(String::as_str),
            Some("down"),
            "teardowns run: {context}"
        );
        assert!(!marks.contains(&"too late".to_owned()), "{context}");
        assert!(
            run.stdout
                .contains("timed out after 1.5s: the global time-out of the run is over"),
            "{context}"
        );
        let not_run = "ignored (not run: the run took longer than 1.5s (global_timeout))";
        assert!(
            run.outcomes().contains(&("[late] d_is_late", not_run)),
            "{context}"
        );
        assert!(
            run.stderr
                .contains("kissats: the run took longer than 1.5s (global_timeout)\n"),
            "{context}"
        );
    }
}

#[test]
fn what_a_process_held_is_free_for_the_teardowns_of_a_run_that_took_too_long() {
    let words = [
        "c_hangs",
        "late_down_with_resource",
        "--include-ignored",
        "--run-mode",
        "process",
        "--global-timeout",
        "1.5s",
    ];
    let (run, marks) = run("late-resource", &words);
    assert_eq!(run.code, Some(101), "{}", run.stderr);
    assert!(
        marks.contains(&"down with resource".to_owned()),
        "{marks:?}\n{}",
        run.stderr
    );
}

#[test]
fn a_run_that_is_in_time_does_not_notice() {
    let (run, _) = run("in-time", &["[any]", "--global-timeout", "10m"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("global_timeout"), "{}", run.stderr);
}

#[test]
fn the_same_seed_gives_the_same_order() {
    let order = |words: &[&str]| {
        let (run, _) = run("order", &[&["[any]"], words].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let names = run.outcomes().into_iter();
        let names = names.map(|(name, _)| name.trim_start_matches("[any] ").to_owned());
        (names.collect::<Vec<String>>(), run.stderr)
    };
    let (in_order, told) = order(&[]);
    assert_eq!(
        in_order,
        ["m1", "m2", "m9", "m3", "m4", "m5", "m6", "m7", "m8"]
    );
    assert!(!told.contains("chance"), "{told}");
    let (by_chance, told) = order(&["--shuffle"]);
    let note = "kissats: the order is left to chance; `--shuffle-seed ";
    let (_, seed) = told.split_once(note).unwrap();
    let (seed, _) = seed.split_once('`').unwrap();
    assert_eq!(order(&["--shuffle-seed", seed]).0, by_chance);
    assert_eq!(
        order(&["--shuffle", "--seed", seed, "--run-mode", "normal"]).0,
        by_chance
    );
    let place = |order: &[String], name: &str| order.iter().position(|other| other == name);
    let mut orders = Vec::new();
    for seed in ["1", "2", "3", "4"] {
        let (order, told) = order(&["--shuffle-seed", seed]);
        assert!(told.contains(&format!("{note}{seed}`")), "{told}");
        assert!(
            place(&order, "m9") < place(&order, "m3") && place(&order, "m3") < place(&order, "m6")
        );
        orders.push(order);
    }
    orders.dedup();
    assert!(orders.len() > 1, "{orders:?}");
}
