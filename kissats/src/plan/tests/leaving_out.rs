//! What is not run: for another device, ignored, or left out on purpose.

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
