//! Tasks of which nothing is known but what was written, as the attribute leaves them.

use crate::model::{
    Declaration, DeclaredName, DeclaredPrereq, GlobalParams, Key, LoadedTask, Phase, TaskMain,
};
use crate::plan::*;

fn nothing() {}

const fn declared(path: &'static str, line: u32, keys: &'static [Key]) -> Declaration {
    let mut name = DeclaredName::of_path(path);
    let mut at = 0;
    while at < keys.len() {
        if let Key::Name(written) = keys[at] {
            name = DeclaredName::written(path, written);
        }
        at += 1;
    }
    Declaration {
        path,
        name,
        file: "src/lib.rs",
        line,
        main: TaskMain::Plain(nothing),
        keys,
        pack_version: None,
    }
}

static PACK: [Declaration; 7] = [
    declared(
        "pack::down",
        1,
        &[Key::Priority(3), Key::Phase(Phase::Teardown)],
    ),
    declared("pack::up", 2, &[Key::Phase(Phase::Setup), Key::Priority(3)]),
    declared(
        "pack::login",
        3,
        &[
            Key::Groups(&["smoke"]),
            Key::PrereqTasks(&[
                DeclaredPrereq::path("pack::power::on"),
                DeclaredPrereq::Named("boot"),
            ]),
        ],
    ),
    declared("pack::power::on", 4, &[Key::Name("Power on")]),
    declared("pack::boot", 5, &[Key::Ignore("")]),
    declared("pack::alone", 6, &[]),
    declared(
        "pack::first",
        7,
        &[Key::Groups(&["smoke"]), Key::Priority(1)],
    ),
];

fn pack(declarations: &'static [Declaration]) -> Result<Catalog, Vec<String>> {
    let tasks = declarations.iter().map(|declaration| LoadedTask::Declared {
        declaration,
        defaults: None,
    });
    Catalog::new(tasks.collect()).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn planned(catalog: &Catalog, ignored: IgnoredTasks) -> String {
    let selection = Selection::of_all(catalog, &GlobalParams::default(), ignored).unwrap();
    let plan = RunPlan::new(catalog, &selection);
    let names = plan.steps().map(|(_, task)| task.name.to_string());
    names.collect::<Vec<_>>().join(", ")
}

#[test]
fn what_was_written_is_planned_wherever_it_stands_in_the_attribute() {
    let catalog = pack(&PACK).unwrap();
    assert_eq!(
        planned(&catalog, IgnoredTasks::Include),
        "up, first, Power on, boot, login, alone, down"
    );
    assert_eq!(
        planned(&catalog, IgnoredTasks::Skip),
        "up, first, Power on, alone, down",
        "who needs an ignored task is ignored with it"
    );
}

#[test]
fn a_function_is_found_by_its_path_whatever_its_task_is_called() {
    let catalog = pack(&PACK).unwrap();
    let found = |path: &str| {
        let id = catalog.of_path(path)?;
        Some(catalog.display_name(id).to_string())
    };
    assert_eq!(found("pack::power::on").as_deref(), Some("Power on"));
    assert_eq!(found("pack::alone").as_deref(), Some("alone"));
    assert_eq!(found("pack::Power on"), None, "a name is no path");
    assert_eq!(found("alone"), None);
}

#[test]
fn a_name_that_is_another_functions_path_is_not_that_function() {
    static CROSSED: [Declaration; 3] = [
        declared("pack::on", 1, &[Key::Name("off")]),
        declared("pack::off", 2, &[Key::Name("on")]),
        declared(
            "pack::boot",
            3,
            &[Key::PrereqTasks(&[DeclaredPrereq::path("pack::off")])],
        ),
    ];
    let catalog = pack(&CROSSED).unwrap();
    let [_, off, boot] = catalog.ids().collect::<Vec<_>>()[..] else {
        panic!("three tasks")
    };
    assert_eq!(catalog.prereqs(boot), [off]);
}

#[test]
fn one_path_for_two_tasks_is_a_mistake_in_whatever_order_they_come() {
    static ON: &str = "pack::on";
    static NAMED_FIRST: [Declaration; 2] =
        [declared(ON, 3, &[Key::Name("other")]), declared(ON, 7, &[])];
    static NAMED_LAST: [Declaration; 2] =
        [declared(ON, 3, &[]), declared(ON, 7, &[Key::Name("other")])];
    for declarations in [&NAMED_FIRST, &NAMED_LAST] {
        let found = pack(declarations).unwrap_err();
        assert_eq!(
            found,
            [
                "two tasks are declared as `pack::on`: src/lib.rs:3 and src/lib.rs:7; \
              rename one of the functions"
            ]
        );
    }
}

#[test]
fn a_written_name_may_look_like_that_of_a_task_with_groups() {
    static ODD: [Declaration; 2] = [
        declared("pack::a", 1, &[Key::Name("a] b")]),
        declared("pack::b", 2, &[Key::Groups(&["a"])]),
    ];
    let catalog = pack(&ODD).unwrap();
    let chosen = |name: &str| {
        let names = NameFilter {
            patterns: vec![name.to_owned()],
            exact: true,
            ..NameFilter::default()
        };
        let params = GlobalParams::default();
        let whole = Narrowing::default();
        Selection::new(
            &catalog,
            |_| true,
            &params,
            &names,
            IgnoredTasks::Skip,
            &whole,
        )
        .map(|selection| selection.tasks)
        .unwrap_or_default()
    };
    let [odd, grouped] = catalog.ids().collect::<Vec<_>>()[..] else {
        panic!("two tasks")
    };
    assert_eq!(chosen("a] b"), [odd]);
    assert_eq!(chosen("[a] b"), [grouped]);
    assert_eq!(chosen("b"), [grouped]);
}

#[test]
fn a_step_is_shown_as_its_task_is_in_a_list() {
    let catalog = pack(&PACK).unwrap();
    let params = GlobalParams::default();
    let selection = Selection::of_all(&catalog, &params, IgnoredTasks::Include);
    for (_, task) in RunPlan::new(&catalog, &selection.unwrap()).steps() {
        assert_eq!(task.shown_name(), shown_name(&catalog, task.id));
    }
}
