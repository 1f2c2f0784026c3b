//! What is not run: for another device, ignored, or left out on purpose.

use std::sync::Arc;

use super::words::*;
use crate::model::{GlobalParams, GroupName};
use crate::plan::*;

#[test]
fn tasks_for_another_device_are_left_out_with_their_dependents_but_a_setup_only_with_itself() {
    let pack =
        "up setup duts b\na duts b\nneeds_a needs a\nneeds_that needs needs_a\nfree duts Any";
    assert_eq!(plan_with(pack, &[], IgnoredTasks::Skip, Some("w")), "free");
    assert_eq!(
        plan_with(pack, &[], IgnoredTasks::Skip, Some("b")),
        "up a needs_a needs_that free"
    );
    assert_eq!(plan(pack, &[]), "up a needs_a needs_that free");
}

#[test]
fn ignored_tasks_wait_to_be_asked_for() {
    let pack = "slow ignore\nafter needs slow\nquick";
    assert_eq!(plan(pack, &[]), "quick");
    assert_eq!(plan_with(pack, &[], IgnoredTasks::Only, None), "slow after");
    assert_eq!(
        plan_with(pack, &[], IgnoredTasks::Include, None),
        "slow after quick"
    );
}

#[test]
fn setups_teardowns_and_prerequisites_can_be_left_out() {
    let pack = "up setup\npower_up setup in power\na in power needs p\np\npower_down teardown in power\n\
                down teardown";
    let plan = |patterns: &[&str], narrowing: Narrowing| {
        narrowed(pack, patterns, IgnoredTasks::Skip, None, &narrowing)
    };
    let skip_setup = Narrowing {
        skip_setup: true,
        ..Narrowing::default()
    };
    assert_eq!(plan(&[], skip_setup.clone()), "p a power_down down");
    assert_eq!(
        plan(&["power_up", "a"], skip_setup.clone()),
        "power_up +p a +power_down +down"
    );
    let bare = Narrowing {
        skip_teardown: true,
        ignore_prereq: true,
        ..skip_setup
    };
    assert_eq!(plan(&["a"], bare.clone()), "a");
    assert_eq!(plan(&["a", "down"], bare), "a down");
}

#[test]
fn a_prerequisite_that_is_ignored_takes_nobody_along_if_prerequisites_are() {
    let narrowing = Narrowing {
        ignore_prereq: true,
        ..Narrowing::default()
    };
    let pack = "slow ignore\nafter needs slow";
    let plan = narrowed(pack, &[], IgnoredTasks::Skip, None, &narrowing);
    assert_eq!(plan, "after");
}

#[test]
fn groups_choose_and_must_exist() {
    let pack = "p\na in smoke needs p\nb in night\nc";
    let of = |group: &str| Narrowing {
        groups: vec![GroupName::new(group).unwrap()],
        ..Narrowing::default()
    };
    let plan = narrowed(pack, &[], IgnoredTasks::Skip, None, &of("smoke"));
    assert_eq!(plan, "+p a");
    let catalog = catalog(pack).unwrap();
    let errors = Selection::new(
        &catalog,
        |_| true,
        &GlobalParams::default(),
        &NameFilter::default(),
        IgnoredTasks::Skip,
        &of("smok"),
    )
    .unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "no task is in the group `smok`; did you mean `smoke`?"
    );
}

#[test]
fn a_part_of_a_plan_has_what_it_needs_and_waits_for_nothing_that_is_gone() {
    let catalog = catalog(
        "up setup\na in x needs p\nb in x needs a\np\nother\nx_down teardown in x\ndown teardown",
    )
    .unwrap();
    let plan = RunPlan::new(&catalog, &selection(&catalog, &[]));
    assert_eq!(shown(&plan), "up p a b x_down other down");
    let keeping = |names: &[&str]| {
        plan.clone()
            .keeping(|task| names.contains(&task.name.as_str()))
    };
    assert_eq!(shown(&keeping(&["b"])), "up p a b", "and what those need");
    assert_eq!(
        waits(&keeping(&["a", "x_down"])),
        [
            "up: ",
            "p: runs after the global setup up",
            "a: runs after the global setup up, needs p",
            "x_down: tears down after up, tears down after a",
        ],
    );
    assert_eq!(waits(&keeping(&["down"])), ["down: "], "it owes nothing");
    assert_eq!(shown(&keeping(&[])), "");
}

#[test]
fn teardowns_that_others_run_are_left_out_unless_somebody_asked_for_them_or_needs_them() {
    let pack =
        "a in x\nis_off needs y_off\nx_off teardown in x\ny_off teardown in y\ndown teardown";
    let catalog = catalog(pack).unwrap();
    let left = |patterns: &[&str]| {
        let plan = RunPlan::new(&catalog, &selection(&catalog, patterns));
        shown(&plan.without_shared_teardowns())
    };
    assert_eq!(left(&["a"]), "a");
    assert_eq!(left(&["is_off"]), "+y_off is_off");
    assert_eq!(left(&["a", "down"]), "a down");
}

#[test]
fn only_prerequisites_of_those_who_say_so_are_run_where_they_run() {
    let mut tasks = Vec::new();
    for (line, tied) in [
        ("up setup", None),
        ("a", None),
        ("b", None),
        ("says_so needs a", Some(true)),
        ("says_no needs b", Some(false)),
        ("says_nothing needs b", None),
    ] {
        let (mut task, _) = task(line, 1);
        Arc::make_mut(&mut task.resolved_mut().spec).prereq_same_thread = tied;
        tasks.push(task);
    }
    let catalog = Catalog::new(tasks).unwrap();
    let plan = RunPlan::new(&catalog, &selection(&catalog, &[]));
    let tied = plan.tied_prerequisites().into_iter();
    let names: Vec<String> = tied.map(|step| plan.task(step).name.to_string()).collect();
    assert_eq!(names, ["a"], "and not the set-up");
}
