//! Packs written in a few words, and what becomes of them.

mod choosing;
mod declared;
mod mistakes;
mod ordering;

use std::sync::Arc;

use super::*;
use crate::model::{
    Bodies, DutName, GlobalParams, GroupName, Ignore, LoadedTask, Location, PackName, Phase,
    Prereq, ResolvedTask, ResourceName, TaskMain, TaskName, TaskReturn, TaskSpec,
};

/// A task from one line: `boot test in smoke needs power_on,fuse uses psu shares lan priority 3`.
///
/// The words after the name come in any order, each with its value behind it; `setup`, `teardown`,
/// `goes-on` (`stop_suite_on_fail = false`) and `ignore` stand alone. Returns the words it does not know.
pub(crate) fn task(line: &str, position: u32) -> (LoadedTask, Vec<String>) {
    let mut words = line.split_whitespace();
    let mut pack = "pack";
    let mut name = words.next().expect("a task has a name");
    if let Some((other, rest)) = name.split_once('/') {
        (pack, name) = (other, rest);
    }
    let mut spec = TaskSpec::new(TaskName::new(name).unwrap());
    let mut unknown = Vec::new();
    while let Some(word) = words.next() {
        let mut list = || words.next().expect("a word has its value").split(',');
        let resources = |texts: std::str::Split<'_, char>| {
            texts.map(|text| ResourceName::new(text).unwrap()).collect()
        };
        match word {
            "setup" => spec.phase = Phase::Setup,
            "teardown" => spec.phase = Phase::Teardown,
            "goes-on" => spec.stop_suite_on_fail = false,
            "ignore" => spec.ignore = Ignore::Yes(None),
            "in" => spec.groups = list().map(|text| GroupName::new(text).unwrap()).collect(),
            "needs" => {
                spec.prereq_tasks = list()
                    .map(|text| Prereq::Named(text.to_owned().into()))
                    .collect()
            }
            "uses" => spec.exclusive_resources = resources(list()),
            "shares" => spec.shared_resources = resources(list()),
            "duts" => spec.valid_duts = list().map(str::to_owned).collect(),
            "priority" => spec.priority = list().next().unwrap().parse().unwrap(),
            other => unknown.push(other.to_owned()),
        }
    }
    let task = ResolvedTask {
        pack: PackName::new(pack).unwrap(),
        path: "",
        declared_at: Location::new("src/lib.rs", position),
        spec: Arc::new(spec),
        bodies: Bodies::Functions {
            main: TaskMain::Body(|_| TaskReturn::passed()),
            setup: None,
            teardown: None,
        },
    };
    (LoadedTask::Resolved(Arc::new(task)), unknown)
}

fn catalog(lines: &str) -> Result<Catalog, Vec<PlanError>> {
    let lines = lines.trim().lines().zip(1..);
    Catalog::new(
        lines
            .map(|(line, position)| task(line, position).0)
            .collect(),
    )
}

fn errors(lines: &str) -> Vec<String> {
    catalog(lines)
        .expect_err("the pack has mistakes")
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// The names of a plan in order, what was only pulled in with a `+`.
fn plan(lines: &str, patterns: &[&str]) -> String {
    plan_with(lines, patterns, IgnoredTasks::Skip, None)
}

fn plan_with(lines: &str, patterns: &[&str], ignored: IgnoredTasks, dut: Option<&str>) -> String {
    narrowed(lines, patterns, ignored, dut, &Narrowing::default())
}

fn narrowed(
    lines: &str,
    patterns: &[&str],
    ignored: IgnoredTasks,
    dut: Option<&str>,
    narrowing: &Narrowing,
) -> String {
    let catalog = catalog(lines).unwrap();
    let names = NameFilter {
        patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
        ..NameFilter::default()
    };
    let params = GlobalParams::new(
        dut.map(|dut| DutName::new(dut).unwrap()),
        None,
        serde_json::Map::new(),
    );
    let selection =
        Selection::new(&catalog, |_| true, &params, &names, ignored, narrowing).unwrap();
    let plan = RunPlan::new(&catalog, &selection);
    let shown = plan
        .steps()
        .map(|(_, task)| format!("{}{}", if task.selected { "" } else { "+" }, task.name));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn needs_come_directly_before_who_needs_them_in_listed_order() {
    let pack = "a\nb needs p2,p1\np1\np2 needs p0\np0\nc";
    assert_eq!(plan(pack, &[]), "a p0 p2 p1 b c");
    assert_eq!(plan(pack, &["b"]), "+p0 +p2 +p1 b");
}

#[test]
fn priority_comes_before_declaration_and_needs_before_priority() {
    assert_eq!(
        plan("a\nb priority 1\nc priority 3 needs d\nd priority 9", &[]),
        "b d c a"
    );
}

#[test]
fn global_and_group_setup_frame_their_members() {
    let pack = "down teardown\nup setup\npower_down teardown in power\npower_up setup in power\n\
                a in power\nlonely\nb in power";
    assert_eq!(plan(pack, &[]), "up power_up a lonely b power_down down");
    assert_eq!(plan(pack, &["lonely"]), "+up lonely +down");
    assert_eq!(plan(pack, &["b"]), "+up +power_up b +power_down +down");
    assert_eq!(
        plan(pack, &["power_down"]),
        "+up +power_up power_down +down"
    );
}

#[test]
fn teardown_is_the_mirror_image_of_setup() {
    let pack = "x_up setup in x\ny_up setup in y\nx_down1 teardown in x\nx_down2 teardown in x\ny_down teardown in y\n\
                a in x\nb in x,y\ndown1 teardown\ndown2 teardown";
    assert_eq!(
        plan(pack, &[]),
        "x_up a y_up b y_down x_down2 x_down1 down2 down1"
    );
}

#[test]
fn a_prerequisite_brings_its_own_groups_along() {
    let pack = "power_up setup in power\non in power\npower_down teardown in power\nboot needs on\nother in power";
    assert_eq!(
        plan(pack, &["boot"]),
        "+power_up +on boot +power_down",
        "what boot needs stays up for it"
    );
}

#[test]
fn a_teardown_waits_for_whoever_needs_a_member_unless_it_needs_the_teardown() {
    let pack = "off teardown in power\non in power\nboot needs on\nlogin needs boot\nis_off needs on,off\nlonely";
    assert_eq!(plan(pack, &[]), "on boot login off is_off lonely");
    let by_setup = "login setup in session needs on\nlogout teardown in session\non in power\noff teardown in power\n\
                    a in session\nb in session";
    assert_eq!(plan(by_setup, &[]), "on login a b logout off");
    let by_group_setup =
        "on setup in power\noff teardown in power\nboot needs on\nlogin needs boot";
    assert_eq!(plan(by_group_setup, &[]), "on boot login off");
    let by_teardown = "y_on in y\ny_off teardown in y\nx in x\nx_off teardown in x needs y_on";
    assert_eq!(plan(by_teardown, &[]), "y_on x x_off y_off");
    let crossed = "x_off teardown in x\ny_off teardown in y\nx in x\ny in y\na needs x,y_off\nb needs y,x_off";
    assert_eq!(plan(crossed, &[]), "x y y_off a x_off b");
}

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

#[test]
fn a_chain_of_a_hundred_thousand_tasks_needs_no_stack() {
    let lines: Vec<String> = (0..100_000)
        .map(|i| {
            if i == 0 {
                "t0".to_owned()
            } else {
                format!("t{i} needs t{}", i - 1)
            }
        })
        .rev()
        .collect();
    let order = plan(&lines.join("\n"), &["t99999"]);
    assert!(order.starts_with("+t0 +t1 ") && order.ends_with("+t99998 t99999"));
}

#[test]
fn exact_names_must_exist() {
    let catalog = catalog("power::on in smoke\npower::off").unwrap();
    let select = |pattern: &str| {
        let names = NameFilter {
            patterns: vec![pattern.to_owned()],
            exact: true,
            ..NameFilter::default()
        };
        Selection::new(
            &catalog,
            |_| true,
            &GlobalParams::default(),
            &names,
            IgnoredTasks::Skip,
            &Narrowing::default(),
        )
        .map(|selection| selection.tasks.len())
        .map_err(|errors| errors[0].to_string())
    };
    assert_eq!(select("power::on"), Ok(1));
    assert_eq!(select("[smoke] power::on"), Ok(1));
    assert!(select("power").is_err(), "a part of a name is no name");
    assert!(
        select("power::onn")
            .unwrap_err()
            .ends_with("did you mean `power::on`?")
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
