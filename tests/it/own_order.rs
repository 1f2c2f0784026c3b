//! An order of the pack's own: the resource modes with the word `custom`.

use std::sync::LazyLock;

use kissats_tests::{Finished, Project};

/// The last one first, or whatever `ORDER` says; no function at all with `NONE`.
const TARGET: &str = r#"
use kissats::QueuedTask;

fn main() -> std::process::ExitCode {
    let harness = kissats::harness!(own_order_pack);
    if std::env::var_os("NONE").is_some() {
        return harness.main();
    }
    let own = std::env::var("ORDER").ok();
    harness
        .schedule_func(move |tests: &[QueuedTask]| match &own {
            Some(places) => places.split(',').map(|place| place.parse().unwrap()).collect(),
            None => (0..tests.len()).rev().collect(),
        })
        .main()
}
"#;

const PACK: &str = r#"
use kissats::prelude::*;

#[kiss_task(phase = "setup", groups = ["x"])]
fn up() {}

#[kiss_task(exclusive_resources = ["psu"])]
fn first() {}

#[kiss_task(groups = ["x"], priority = -5)]
fn second() {}

#[kiss_task(groups = ["y"], shared_resources = ["psu"])]
fn third() {}

#[kiss_task(groups = ["y"], prereq_tasks = [third])]
fn fourth() {}

#[kiss_task(phase = "teardown", groups = ["x"])]
fn down() {}
"#;

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    Project::with_files(
        "own-order-pack",
        &[("src/lib.rs", PACK), ("tests/pack.rs", TARGET)],
    )
});

fn run(words: &[&str], variables: &[(&str, &str)]) -> Finished {
    let mut command = PROJECT.test_command(words);
    Finished::of(command.envs(variables.iter().copied()))
}

/// The names of what ran, in order.
fn shown(run: &Finished) -> Vec<&str> {
    let lines = run.stdout.lines().filter(|line| line.ends_with("... ok"));
    let names = lines.filter_map(|line| line.split_whitespace().rev().nth(2));
    names.collect()
}

#[test]
fn the_function_orders_the_tests_in_the_custom_modes_and_only_there() {
    let without = ["up", "second", "down", "first", "third", "fourth"];
    for mode in ["all", "per_task_separate", "per_task_combine"] {
        let run = run(&["--resource-mode", mode], &[]);
        assert_eq!(shown(&run), without, "{mode}: {}", run.stderr);
    }
    // Set-ups and teardowns stand where the tests want them.
    for mode in ["custom_all", "custom_separate", "custom_combine"] {
        let order = [("ORDER", "2,3,1,0")];
        let run = run(&["--resource-mode", mode], &order);
        let expected = ["third", "fourth", "first", "up", "second", "down"];
        assert_eq!(shown(&run), expected, "{mode}: {}", run.stderr);
        assert_eq!(run.code, Some(0));
    }
    let of_a_group = ["--resource-mode", "custom_all", "[y]"];
    assert_eq!(
        shown(&run(&of_a_group, &[("ORDER", "0,1")])),
        ["third", "fourth"]
    );
}

#[test]
fn an_order_that_is_none_ends_the_run_before_it_starts() {
    for (variable, message) in [
        (
            ("OTHER", ""),
            "resource_mode = custom_all (flag --resource-mode): the order puts `fourth` before `third`, which it needs",
        ),
        (
            ("ORDER", "0,1,2"),
            "the order is no order of the queue: expected each of the places 0 to 3 once, got [0, 1, 2]",
        ),
        (
            ("NONE", ""),
            "resource_mode = custom_all (flag --resource-mode): the resource mode orders the tests with a function of \
             yours, and there is none: give one with `kissats::harness!().schedule_func(...)`, or with \
             `set_schedule_func` of a `TaskPack`",
        ),
    ] {
        let run = run(&["--resource-mode", "custom_all"], &[variable]);
        assert!(run.stderr.contains(message), "{}", run.stderr);
        assert_eq!((run.code, shown(&run)), (Some(101), Vec::new()));
    }
    // A list needs no order.
    let list = run(
        &["--resource-mode", "custom_all", "--list"],
        &[("NONE", "")],
    );
    assert_eq!(list.code, Some(0), "{}", list.stderr);
}
