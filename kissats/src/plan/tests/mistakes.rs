//! What makes a pack, or what was asked of it, impossible; and what is said then.

use std::sync::Arc;

use super::words::*;
use crate::model::{GlobalParams, PackName, Prereq, ResourceName};
use crate::plan::*;

#[test]
fn one_function_cannot_stand_for_two_tasks() {
    let declared = |name: &str, path: &'static str, line: u32| {
        let (mut task, _) = task(name, line);
        task.resolved_mut().path = path;
        task
    };
    let tasks = vec![
        declared("x", "pack::on", 3),
        declared("y", "pack::on", 7),
        declared("z", "pack::off", 9),
    ];
    let found = Catalog::new(tasks).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].to_string(),
        "two tasks are declared as `pack::on`: src/lib.rs:3 and src/lib.rs:7; \
         rename one of the functions"
    );
    let same_name = vec![declared("x", "pack::on", 3), declared("x", "pack::on", 7)];
    let found = Catalog::new(same_name).unwrap_err();
    assert!(
        matches!(found[..], [PlanError::DuplicateName { .. }]),
        "told once: {found:?}"
    );
}

#[test]
fn a_prerequisite_may_be_a_path_to_a_function() {
    let (mut on, _) = task("Power on", 1);
    on.resolved_mut().path = "pack::on";
    let boot = |path| {
        let (mut boot, _) = task("boot", 2);
        let prereq = Prereq::Function { path };
        Arc::make_mut(&mut boot.resolved_mut().spec).prereq_tasks = vec![prereq.clone(), prereq];
        boot
    };
    let catalog = Catalog::new(vec![on.clone(), boot("pack::on")]).unwrap();
    let [first, second] = catalog.ids().collect::<Vec<_>>()[..] else {
        panic!("two tasks")
    };
    assert_eq!(
        catalog.prereqs(second),
        [first],
        "once, however often it is named"
    );
    let found = Catalog::new(vec![on, boot("pack::off")]).unwrap_err();
    assert!(
        found[0].to_string().contains("`boot` needs `pack::off`"),
        "{}",
        found[0]
    );
}

#[test]
fn the_same_name_in_two_packs_is_no_mistake_and_ones_own_pack_comes_first() {
    assert_eq!(
        plan("a/on\nb/on\nb/boot needs on", &["boot"]),
        "+b::on b::boot"
    );
    assert!(catalog("a/on\nb/off\nb/on\na/on").is_err());
    let found = errors("a/on\nb/boot needs on");
    assert!(found[0].contains("`boot` needs `on`"), "{}", found[0]);
}

#[test]
fn a_circle_is_told_with_the_reason_of_each_arrow() {
    let found = errors("up setup needs a\na\ndown teardown in smoke\nb in smoke needs down");
    assert_eq!(
        found,
        [
            "tasks wait for each other in a circle: up -> a -> up\n  src/lib.rs:1: `up` needs `a`\n  \
             src/lib.rs:2: `a` runs after the global setup `up`",
            "tasks wait for each other in a circle: down -> b -> down\n  \
             src/lib.rs:3: `down` tears down after `b`\n  src/lib.rs:4: `b` needs `down`",
        ]
    );
}

#[test]
fn circles_are_told_once_for_each_task_that_closes_one() {
    let found = errors("start needs a\na needs b,c\nb needs a\nc needs a\nd needs e\ne needs d");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains(": a -> b -> a\n"), "{}", found[0]);
    assert!(found[1].contains(": d -> e -> d\n"), "{}", found[1]);
    assert!(
        catalog("a needs b,c\nb needs d\nc needs d\nd").is_ok(),
        "two ways to one task are no circle"
    );
}

#[test]
fn a_pack_without_tasks_is_told_which_have_some() {
    let said = |linked: &[&str]| {
        let linked = linked.iter().map(|name| PackName::new(name).unwrap());
        let error = PlanError::EmptyPack {
            pack: "empty".to_owned(),
            linked: linked.collect(),
        };
        error.to_string()
    };
    assert_eq!(
        said(&["one", "two"]),
        "the pack `empty` has no task; packs with tasks: one, two"
    );
    assert_eq!(
        said(&[]),
        "the pack `empty` has no task; packs with tasks: none"
    );
}

#[test]
fn every_planned_task_that_needs_what_nobody_declared_is_told() {
    let catalog = catalog("a uses psus\nb shares lan,dut\nc uses wrong").unwrap();
    let names = NameFilter {
        skips: vec!["c".to_owned()],
        ..NameFilter::default()
    };
    let params = GlobalParams::default();
    let ignored = IgnoredTasks::Skip;
    let selection = Selection::new(
        &catalog,
        |_| true,
        &params,
        &names,
        ignored,
        &Narrowing::default(),
    );
    let plan = RunPlan::new(&catalog, &selection.unwrap());
    let declared = ["lan", "psu"].map(|name| ResourceName::new(name).unwrap());
    let [lan, psu] = &declared;
    let found = undeclared(&catalog, &plan, &[lan, psu]);
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "src/lib.rs:1: `a` needs `psus`, which is not declared; did you mean `psu`?; \
             declare it in `.config/kissats.toml`, or take `strict` out of `[resources]`",
            "src/lib.rs:2: `b` needs `dut`, which is not declared; \
             declare it in `.config/kissats.toml`, or take `strict` out of `[resources]`",
        ]
    );
}

#[test]
fn all_mistakes_are_reported_at_once_with_their_places() {
    let found = errors(
        "a needs b\nb needs c\nc needs a\npower_on\nboot needs pwer_on\npower_on\nself needs self",
    );
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(
        found[0].contains("called `power_on`: src/lib.rs:4 and src/lib.rs:6"),
        "{}",
        found[0]
    );
    assert!(
        found[1].contains("src/lib.rs:5: `boot` needs `pwer_on`"),
        "{}",
        found[1]
    );
    assert!(
        found[1].ends_with("did you mean `power_on`?"),
        "{}",
        found[1]
    );
    assert_eq!(
        found[2],
        "tasks wait for each other in a circle: a -> b -> c -> a\n  src/lib.rs:1: `a` needs `b`\n  \
         src/lib.rs:2: `b` needs `c`\n  src/lib.rs:3: `c` needs `a`"
    );
    assert!(found[3].contains("self -> self"), "{}", found[3]);
}

#[test]
fn a_setup_cannot_need_a_member_of_what_it_sets_up() {
    let found = errors("up setup in smoke needs on\non in smoke");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("`on` is in the group `smoke`, set up by `up`"),
        "{}",
        found[0]
    );
}

#[test]
fn nothing_to_run_is_a_mistake() {
    assert_eq!(Catalog::new(Vec::new()).unwrap_err(), [PlanError::NoTasks]);
}

#[test]
fn other_packs_are_named_with_the_pack_in_front() {
    let pack = "a/on\nb/boot needs a::on\nb/on";
    assert_eq!(plan(pack, &["b::boot"]), "+a::on b::boot");
    assert!(errors("a/on\nb/boot needs a::onn")[0].ends_with("did you mean `a::on`?"));
}
