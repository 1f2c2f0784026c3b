//! Packs written in a few words, and what becomes of them.

use std::sync::Arc;

use crate::model::{
    Bodies, DutName, GlobalParams, GroupName, Ignore, LoadedTask, Location, PackName, Phase,
    Prereq, ResolvedTask, ResourceName, TaskMain, TaskName, TaskReturn, TaskSpec,
};
use crate::plan::*;

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
        says_what_it_stops: false,
        bodies: Bodies::Functions {
            main: TaskMain::Body(|_| TaskReturn::passed()),
            setup: None,
            teardown: None,
        },
    };
    (LoadedTask::Resolved(Arc::new(task)), unknown)
}

/// A line for each task.
pub(crate) fn catalog(lines: &str) -> Result<Catalog, Vec<PlanError>> {
    let lines = lines.trim().lines().zip(1..);
    Catalog::new(
        lines
            .map(|(line, position)| task(line, position).0)
            .collect(),
    )
}

pub(super) fn errors(lines: &str) -> Vec<String> {
    catalog(lines)
        .expect_err("the pack has mistakes")
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// The plan of a pack, as [`shown`].
pub(super) fn plan(lines: &str, patterns: &[&str]) -> String {
    plan_with(lines, patterns, IgnoredTasks::Skip, None)
}

pub(super) fn plan_with(
    lines: &str,
    patterns: &[&str],
    ignored: IgnoredTasks,
    dut: Option<&str>,
) -> String {
    narrowed(lines, patterns, ignored, dut, &Narrowing::default())
}

pub(super) fn narrowed(
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
    shown(&RunPlan::new(&catalog, &selection))
}

/// The names of a plan in order, what was only pulled in with a `+`.
pub(super) fn shown(plan: &RunPlan) -> String {
    let shown = plan
        .steps()
        .map(|(_, task)| format!("{}{}", if task.selected { "" } else { "+" }, task.name));
    shown.collect::<Vec<_>>().join(" ")
}

/// For each step of a plan, what it waits for and why.
pub(super) fn waits(plan: &RunPlan) -> Vec<String> {
    let of_task = |task: &PlannedTask| {
        let reasons = task.requires.iter();
        let reasons = reasons
            .map(|requirement| format!("{} {}", requirement.why, plan.task(requirement.on).name));
        format!("{}: {}", task.name, reasons.collect::<Vec<_>>().join(", "))
    };
    plan.steps().map(|(_, task)| of_task(task)).collect()
}

/// What is chosen of a catalog by parts of names.
pub(super) fn selection(catalog: &Catalog, patterns: &[&str]) -> Selection {
    let names = NameFilter {
        patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
        ..NameFilter::default()
    };
    let (params, whole) = Default::default();
    Selection::new(
        catalog,
        |_| true,
        &params,
        &names,
        IgnoredTasks::Skip,
        &whole,
    )
    .unwrap()
}
