//! What names, groups and marks choose, and what a listing is told about it.

use std::sync::Arc;

use super::words::*;
use crate::model::{AtsName, DutName, GlobalParams, GroupName, TaskName, TaskSpec};
use crate::plan::*;

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn names(patterns: &[&str], skips: &[&str], exact: bool) -> NameFilter {
    NameFilter {
        patterns: words(patterns),
        skips: words(skips),
        exact,
    }
}

/// Chooses from a pack whose every task is offered, and looks at what was chosen.
fn select<T>(
    pack: &str,
    names: &NameFilter,
    ignored: IgnoredTasks,
    narrowing: &Narrowing,
    look: impl Fn(&Catalog, &Selection) -> T,
) -> Result<T, Vec<String>> {
    let catalog = catalog(pack).unwrap();
    let params = GlobalParams::default();
    Selection::new(&catalog, |_| true, &params, names, ignored, narrowing)
        .map(|selection| look(&catalog, &selection))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn shown(catalog: &Catalog, selection: &Selection) -> Vec<String> {
    let tasks = selection.tasks.iter();
    tasks.map(|&id| shown_name(catalog, id)).collect()
}

fn chosen(pack: &str, names: &NameFilter) -> Result<Vec<String>, Vec<String>> {
    select(
        pack,
        names,
        IgnoredTasks::Skip,
        &Narrowing::default(),
        shown,
    )
}

#[test]
fn a_part_of_what_is_shown_chooses_and_a_skip_outweighs_it() {
    let pack = "power::on in smoke,night\npower::off in night\nlogin";
    let chosen = |patterns: &[&str], skips: &[&str]| chosen(pack, &names(patterns, skips, false));
    let (on, off, login) = ("[smoke][night] power::on", "[night] power::off", "login");
    assert_eq!(chosen(&[], &[]), Ok(words(&[on, off, login])));
    assert_eq!(chosen(&["wer"], &[]), Ok(words(&[on, off])));
    assert_eq!(chosen(&["log", "::off"], &[]), Ok(words(&[off, login])));
    assert_eq!(chosen(&["[night]"], &["[smoke]"]), Ok(words(&[off])));
    assert_eq!(chosen(&[], &["night", "nobody"]), Ok(words(&[login])));
    assert_eq!(chosen(&["nobody"], &[]), Ok(Vec::new()));
}

#[test]
fn exact_compares_whole_names_in_skips_too() {
    let pack = "power::on in smoke\npower::onward\nlogin";
    let chosen = |patterns: &[&str], skips: &[&str]| chosen(pack, &names(patterns, skips, true));
    assert_eq!(
        chosen(&["power::on", "login"], &["login"]),
        Ok(words(&["[smoke] power::on"]))
    );
    assert_eq!(
        chosen(&[], &["[smoke] power::on", "log"]),
        Ok(words(&["power::onward", "login"]))
    );
    let unknown = chosen(&["[night] power::on", "power::on", "logni"], &[]).unwrap_err();
    assert_eq!(
        unknown,
        [
            "no task is called `[night] power::on` (--exact)",
            "no task is called `logni` (--exact); did you mean `login`?",
        ],
        "groups must be the task's own, and all mistakes are told"
    );
}

#[test]
fn a_name_without_its_pack_will_do_unless_another_task_is_called_so() {
    let pack = "a/on\nb/boot in smoke\nb/a::on";
    let chosen = |pattern: &str| chosen(pack, &names(&[pattern], &[], true));
    assert_eq!(chosen("boot"), Ok(words(&["[smoke] b::boot"])));
    assert_eq!(chosen("b::boot"), chosen("boot"));
    assert_eq!(chosen("[smoke] b::boot"), chosen("boot"));
    assert_eq!(chosen("a::on"), Ok(words(&["a::on"])), "not `b::a::on`");
    assert_eq!(chosen("b::a::on"), Ok(words(&["b::a::on"])));
}

#[test]
fn what_was_not_chosen_is_counted() {
    let pack = "up setup\na in smoke\nb in smoke\nslow ignore\nlonely";
    let counted = |names: &NameFilter, ignored, narrowing: &Narrowing| {
        let count =
            |_: &Catalog, selection: &Selection| (selection.tasks.len(), selection.filtered_out);
        select(pack, names, ignored, narrowing, count)
    };
    let all = NameFilter::default();
    let whole = Narrowing::default();
    assert_eq!(counted(&all, IgnoredTasks::Skip, &whole), Ok((5, 0)));
    assert_eq!(counted(&all, IgnoredTasks::Only, &whole), Ok((1, 4)));
    let a = names(&["a"], &["lonely"], true);
    assert_eq!(counted(&a, IgnoredTasks::Skip, &whole), Ok((1, 4)));
    let smoke = Narrowing {
        groups: vec![GroupName::new("smoke").unwrap()],
        skip_setup: true,
        ..Narrowing::default()
    };
    assert_eq!(counted(&all, IgnoredTasks::Skip, &smoke), Ok((2, 3)));
}

#[test]
fn only_what_is_offered_can_be_chosen() {
    let catalog = catalog("a/on\nb/boot needs a::on\nb/login").unwrap();
    let select = |names: &NameFilter, offered: &dyn Fn(&str) -> bool| {
        let params = GlobalParams::default();
        let ignored = IgnoredTasks::Skip;
        Selection::new(
            &catalog,
            offered,
            &params,
            names,
            ignored,
            &Narrowing::default(),
        )
    };
    let of_b = |pack: &str| pack == "b";
    let chosen = select(&NameFilter::default(), &of_b).unwrap();
    assert_eq!(shown(&catalog, &chosen), ["b::boot", "b::login"]);
    assert_eq!(chosen.filtered_out, 0, "the others were never there");
    assert!(select(&names(&["a::on"], &[], true), &of_b).is_err());
    let nothing = select(&NameFilter::default(), &|_| false).unwrap_err();
    assert_eq!(nothing, [PlanError::NoTasks]);
}

#[test]
fn wrong_names_and_wrong_groups_are_told_together() {
    let narrowing = Narrowing {
        groups: ["smoke", "nigth"]
            .map(|group| GroupName::new(group).unwrap())
            .to_vec(),
        ..Narrowing::default()
    };
    let pack = "a in smoke\nb in night";
    let said = |names: &NameFilter| {
        select(pack, names, IgnoredTasks::Skip, &narrowing, shown).unwrap_err()
    };
    let wrong_group = "no task is in the group `nigth`; did you mean `night`?";
    assert_eq!(said(&NameFilter::default()), [wrong_group]);
    assert_eq!(
        said(&names(&["c"], &[], true)),
        ["no task is called `c` (--exact)", wrong_group]
    );
}

#[test]
fn only_what_a_plain_run_ignores_is_chosen_where_that_is_asked_for() {
    let pack = "slow ignore\nafter needs slow\nlater needs after\nquick";
    let seen = |ignored| {
        let look = |catalog: &Catalog, selection: &Selection| -> Vec<(String, bool)> {
            let tasks = selection.tasks.iter();
            let both = |&id| (shown_name(catalog, id), selection.ignored(id).is_some());
            tasks.map(both).collect()
        };
        let (names, whole) = (NameFilter::default(), Narrowing::default());
        select(pack, &names, ignored, &whole, look).unwrap()
    };
    let all = |names: &[&str], ignored: bool| -> Vec<(String, bool)> {
        names
            .iter()
            .map(|name| (name.to_string(), ignored))
            .collect()
    };
    let slow = ["slow", "after", "later"];
    let quick = all(&["quick"], false);
    assert_eq!(
        seen(IgnoredTasks::Skip),
        [all(&slow, true), quick.clone()].concat()
    );
    assert_eq!(
        seen(IgnoredTasks::Include),
        [all(&slow, false), quick].concat()
    );
    assert_eq!(seen(IgnoredTasks::Only), all(&slow, false));
}

#[test]
fn who_is_ignored_for_another_names_the_one_at_the_end_of_the_chain() {
    let pack = "slow ignore\nafter needs slow\nlater needs after\nown needs slow duts b";
    let catalog = catalog(pack).unwrap();
    let reasons = |dut: Option<&str>, ats: Option<&str>| -> Vec<String> {
        let params = GlobalParams::new(
            dut.map(|dut| DutName::new(dut).unwrap()),
            ats.map(|ats| AtsName::new(ats).unwrap()),
            serde_json::Map::new(),
        );
        let selection = Selection::of_all(&catalog, &params, IgnoredTasks::Skip).unwrap();
        let text = |id| {
            selection
                .ignored(id)
                .map_or(String::new(), ToString::to_string)
        };
        catalog.ids().map(text).collect()
    };
    let because = "needs slow: declared with `ignore`";
    assert_eq!(
        reasons(None, None),
        ["declared with `ignore`", because, because, because]
    );
    assert_eq!(
        reasons(Some("w"), Some("lab")),
        [
            "declared with `ignore`",
            because,
            because,
            "not for DUT w, only for b"
        ],
        "a task's own reason comes first"
    );
}

#[test]
fn a_device_and_a_system_are_named_to_the_letter_and_any_in_any_case() {
    let reason = |valid: &[&str], dut: Option<&str>, ats: Option<&str>| {
        let mut spec = TaskSpec::new(TaskName::new("t").unwrap());
        spec.valid_duts = words(valid);
        spec.valid_ats = words(valid);
        let params = GlobalParams::new(
            dut.map(|dut| DutName::new(dut).unwrap()),
            ats.map(|ats| AtsName::new(ats).unwrap()),
            serde_json::Map::new(),
        );
        let (mut task, _) = task("t", 1);
        task.resolved_mut().spec = Arc::new(spec);
        own_reason(&task, &params, true).map(|reason| reason.to_string())
    };
    for (dut, ats) in [
        (None, None),
        (Some("b"), None),
        (None, Some("b")),
        (Some("b"), Some("c")),
    ] {
        assert_eq!(reason(&["c", "b"], dut, ats), None);
        assert_eq!(reason(&["AnY"], dut, ats), None);
    }
    assert_eq!(
        reason(&["b", "c"], Some("B"), None).unwrap(),
        "not for DUT B, only for b, c"
    );
    assert_eq!(
        reason(&["b", "c"], Some("b"), Some("d")).unwrap(),
        "not for ATS d, only for b, c"
    );
}

#[test]
fn without_prerequisites_a_task_still_has_its_set_up() {
    let pack = "up setup\npower_up setup in power\na in power needs p\np";
    let narrowing = Narrowing {
        ignore_prereq: true,
        ..Narrowing::default()
    };
    let plan = |patterns: &[&str]| narrowed(pack, patterns, IgnoredTasks::Skip, None, &narrowing);
    assert_eq!(plan(&["a"]), "+up +power_up a");
    assert_eq!(plan(&[]), "up power_up a p", "nobody waits for `p`");
}

#[test]
fn the_pack_is_part_of_a_name_only_where_there_are_several() {
    let chosen = |pack: &str| chosen(pack, &names(&["a::on"], &[], true));
    assert_eq!(chosen("a/on\nb/off"), Ok(words(&["a::on"])));
    assert!(chosen("a/on\na/off").is_err());
}

#[test]
fn exact_names_must_exist() {
    let pack = "power::on in smoke\npower::off";
    let select = |pattern: &str| {
        let names = NameFilter {
            patterns: vec![pattern.to_owned()],
            exact: true,
            ..NameFilter::default()
        };
        chosen(pack, &names)
            .map(|tasks| tasks.len())
            .map_err(|errors| errors[0].clone())
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
