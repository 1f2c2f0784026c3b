//! A part of what the linker collected: what can matter to a few tasks.

use std::collections::BTreeMap;

use crate::model::{Declaration, GlobalParams, LoadedTask, TaskDefaults};
use crate::plan::{NameFilter, PackSize, PackSizes};
use crate::registry::RegistryError;
use crate::registry::linked_packs::LinkedPacks;
use crate::registry::loader::Loader;
use crate::registry::name_index::NameIndex;
use crate::registry::order::DeclarationOrder;
use crate::registry::wanted_names::WantedNames;

/// The tasks that are named, all set-ups and teardowns, all whose parameters are computed, since that may make
/// them one, and whatever one of these needs. One too many does no harm.
#[derive(Debug)]
pub(crate) struct NeededTasks {
    /// In order of declaration.
    pub(crate) tasks: Vec<LoadedTask>,
    pub(crate) errors: Vec<RegistryError>,
    /// Every pack that has tasks here, with its version where that is known.
    pub(crate) packs: BTreeMap<&'static str, Option<&'static str>>,
    /// How many tasks each of them has, with those that are not needed.
    pub(crate) sizes: Vec<PackSize>,
}

impl NeededTasks {
    /// Of all that is linked.
    pub(crate) fn of(names: &NameFilter, params: &GlobalParams, defaults: &TaskDefaults) -> Self {
        let all = inventory::iter::<Declaration>.into_iter();
        Self::among(all, names, params, defaults)
    }

    fn among(
        all: impl Iterator<Item = &'static Declaration> + Clone,
        names: &NameFilter,
        params: &GlobalParams,
        defaults: &TaskDefaults,
    ) -> Self {
        let walk = Walk::over(all.clone(), names);
        let mut loader = Loader::new(params, defaults);
        let kept = walk.kept.iter().map(|(_, declaration)| *declaration);
        let declarations = in_order(kept);
        let mut tasks = Vec::with_capacity(declarations.len());
        for &declaration in &declarations {
            tasks.push(loader.load(declaration));
        }
        if tasks.iter().any(|task| task.prereqs().len() > 0) {
            let index = NameIndex::of(all, walk.number);
            let positions = walk.kept.iter().map(|(position, _)| *position);
            let all_needed = with_prereqs(&index, positions.collect(), &tasks, &loader);
            let mut loaded: BTreeMap<*const Declaration, LoadedTask> = BTreeMap::new();
            for (declaration, task) in declarations.into_iter().zip(tasks) {
                loaded.insert(declaration, task);
            }
            let all_needed = in_order(all_needed.into_iter());
            let task = |declaration: &'static Declaration| {
                let known = loaded.remove(&std::ptr::from_ref(declaration));
                known.unwrap_or_else(|| loader.declared(declaration))
            };
            tasks = all_needed.into_iter().map(task).collect();
        }
        Self {
            tasks,
            errors: loader.errors,
            packs: walk.packs.by_name(),
            sizes: walk.sizes,
        }
    }
}

/// What is seen of the declarations in one walk over all of them.
#[derive(Debug)]
struct Walk {
    /// Those that are kept whatever they need, with their places in the order of the linker.
    kept: Vec<(usize, &'static Declaration)>,
    packs: LinkedPacks,
    sizes: Vec<PackSize>,
    number: usize,
}

impl Walk {
    fn over(all: impl Iterator<Item = &'static Declaration>, names: &NameFilter) -> Self {
        let mut kept = Vec::new();
        let mut packs = LinkedPacks::default();
        let mut sizes = PackSizes::default();
        let mut wanted = WantedNames::new(names);
        let mut last = "";
        let mut position = 0;
        for declaration in all {
            if !declaration.is_of_pack(last) {
                last = packs.add(declaration);
                if sizes.turn_to(last, position) {
                    wanted.add_pack(last);
                }
            }
            if wanted.contains(declaration.name.hash) || declaration.may_serve_others() {
                kept.push((position, declaration));
            }
            position += 1;
        }
        Self {
            kept,
            packs,
            sizes: sizes.end(position),
            number: position,
        }
    }
}

/// The tasks at `kept`, which are loaded, and all that they need, in no order.
fn with_prereqs(
    index: &NameIndex,
    mut kept: Vec<usize>,
    loaded: &[LoadedTask],
    loader: &Loader<'_>,
) -> Vec<&'static Declaration> {
    let mut is_kept = vec![false; index.declarations.len()];
    for &position in &kept {
        is_kept[position] = true;
    }
    let mut next = kept.len();
    let mut keep = |position: usize, kept: &mut Vec<usize>| {
        if !is_kept[position] {
            is_kept[position] = true;
            kept.push(position);
        }
    };
    for task in loaded {
        index.find_prereqs(task, |position| keep(position, &mut kept));
    }
    while next < kept.len() {
        let task = loader.declared(index.declarations[kept[next]]);
        index.find_prereqs(&task, |position| keep(position, &mut kept));
        next += 1;
    }
    kept.into_iter()
        .map(|position| index.declarations[position])
        .collect()
}

/// In order of declaration.
fn in_order(declarations: impl Iterator<Item = &'static Declaration>) -> Vec<&'static Declaration> {
    let mut order = DeclarationOrder::default();
    let mut last = "";
    for declaration in declarations {
        let same_pack = declaration.is_of_pack(last);
        last = declaration.pack();
        order.add(declaration, same_pack);
    }
    order.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{
        DeclaredName, DeclaredPrereq, Key, Phase, Prereq, TaskId, TaskMain, TaskSpec,
    };
    use crate::plan::{
        Catalog, IgnoredTasks, Narrowing, PlanError, RunPlan, Selection, shown_name,
    };

    /// A task in numbers; each stands for a word, and most for none.
    #[derive(Debug, Clone)]
    struct Drawn {
        in_b: bool,
        name: u8,
        phase: u8,
        groups: u8,
        prereqs: Vec<(u8, bool)>,
        params: u8,
        ignored: bool,
        priority: i32,
    }

    fn drawn() -> impl Strategy<Value = Drawn> {
        let prereqs = prop::collection::vec((any::<u8>(), any::<bool>()), 0..3);
        let word = 0u8..8;
        let words = (0u8..16, 0u8..16, word.clone(), word);
        (
            any::<bool>(),
            words,
            prereqs,
            prop::bool::weighted(0.1),
            0..3,
        )
            .prop_map(
                |(in_b, (name, phase, groups, params), prereqs, ignored, priority)| Drawn {
                    in_b,
                    name,
                    phase,
                    groups,
                    prereqs,
                    params,
                    ignored,
                    priority,
                },
            )
    }

    fn becomes_set_up(spec: &mut TaskSpec, _: &GlobalParams) {
        spec.phase = Phase::Setup;
    }

    fn needs_the_first(spec: &mut TaskSpec, _: &GlobalParams) {
        spec.prereq_tasks.push(Prereq::Named("a::t0".into()));
    }

    fn says_nothing(_: &mut TaskSpec, _: &GlobalParams) {}

    fn leaked<T>(values: Vec<T>) -> &'static [T] {
        Vec::leak(values)
    }

    fn text(text: String) -> &'static str {
        String::leak(text)
    }

    /// Whatever is drawn for it, the first task is `a::t0`.
    fn in_b(pack: &[Drawn], at: usize) -> bool {
        at > 0 && pack[at].in_b
    }

    fn path(pack: &[Drawn], at: usize) -> &'static str {
        let name = if in_b(pack, at) { "b" } else { "a" };
        let raw = if pack[at].name == 1 && at > 0 {
            "r#"
        } else {
            ""
        };
        text(format!("{name}::{raw}t{at}"))
    }

    fn written_name(pack: &[Drawn], at: usize) -> Option<String> {
        match pack[at].name {
            _ if at == 0 => None,
            2 => Some(format!("n{at}")),
            3 => Some(format!("b::t{}", (at + 1) % pack.len())),
            4 => Some(format!("a] t{at}")),
            _ => None,
        }
    }

    fn declaration(pack: &[Drawn], at: usize) -> &'static Declaration {
        let drawn = &pack[at];
        let path_of_task = path(pack, at);
        let written = written_name(pack, at).map(text);
        let mut keys = vec![Key::Priority(drawn.priority)];
        keys.extend(written.map(Key::Name));
        keys.extend(match drawn.phase {
            0 => Some(Key::Phase(Phase::Setup)),
            1 => Some(Key::Phase(Phase::Teardown)),
            _ => None,
        });
        let groups = [("g", 1), ("h", 2)].into_iter();
        let groups = groups.filter(|(_, bit)| drawn.groups & (bit | 4) == *bit);
        keys.push(Key::Groups(leaked(groups.map(|(name, _)| name).collect())));
        if at > 0 && !drawn.prereqs.is_empty() {
            let prereqs = drawn.prereqs.iter().map(|(on, by_path)| {
                let on = *on as usize % at;
                if *by_path {
                    return DeclaredPrereq::path(path(pack, on));
                }
                let name = written_name(pack, on).unwrap_or_else(|| format!("t{on}"));
                DeclaredPrereq::Named(match (in_b(pack, on), in_b(pack, at)) {
                    (false, true) => text(format!("a::{name}")),
                    (true, false) => text(format!("b::{name}")),
                    _ => text(name),
                })
            });
            keys.push(Key::PrereqTasks(leaked(prereqs.collect())));
        }
        keys.extend(match drawn.params {
            0 => Some(Key::Params(becomes_set_up)),
            1 if at > 0 => Some(Key::Params(needs_the_first)),
            2 => Some(Key::Params(says_nothing)),
            _ => None,
        });
        if drawn.ignored {
            keys.push(Key::Ignore("not today"));
        }
        let name = match written {
            Some(written) => DeclaredName::written(path_of_task, written),
            None => DeclaredName::of_path(path_of_task),
        };
        Box::leak(Box::new(Declaration {
            path: path_of_task,
            name,
            file: if at.is_multiple_of(3) {
                "src/x.rs"
            } else {
                "src/lib.rs"
            },
            // Some share a line.
            line: u32::try_from(at / 2).unwrap(),
            main: TaskMain::Plain(|| {}),
            keys: leaked(keys),
            pack_version: None,
        }))
    }

    /// What a run is told, and all that it makes of a catalog.
    struct Told {
        names: NameFilter,
        ignored: IgnoredTasks,
        narrowing: Narrowing,
        only_a: bool,
    }

    impl Told {
        fn outcome(&self, catalog: Result<Catalog, Vec<PlanError>>) -> Result<String, String> {
            let catalog = catalog.map_err(|errors| format!("{errors:?}"))?;
            let selection = Selection::new(
                &catalog,
                |pack| !self.only_a || pack == "a",
                &GlobalParams::default(),
                &self.names,
                self.ignored,
                &self.narrowing,
            )
            .map_err(|errors| format!("{errors:?}"))?;
            let shown = |id: &TaskId| (shown_name(&catalog, *id), selection.ignored(*id));
            let selected: Vec<_> = selection.tasks.iter().map(shown).collect();
            let plan = RunPlan::new(&catalog, &selection);
            let steps = plan
                .steps()
                .map(|(_, task)| (task.shown_name(), task.selected, &task.requires));
            let steps: Vec<_> = steps.collect();
            let out = selection.filtered_out;
            Ok(format!("{selected:?}, {out} filtered out: {steps:?}"))
        }
    }

    /// The places of the names that are wanted, and whether as they are shown; those of the skips.
    fn names() -> impl Strategy<Value = (Vec<(u8, bool)>, Vec<u8>)> {
        (
            prop::collection::vec((any::<u8>(), any::<bool>()), 1..3),
            prop::collection::vec(any::<u8>(), 0..2),
        )
    }

    /// A name with its pack in front means another task as soon as nobody looks at the one it means.
    #[test]
    fn a_task_that_is_skipped_is_looked_at() {
        let task = |path: &'static str, name: Option<&'static str>| -> &'static Declaration {
            let keys = name.map(Key::Name).into_iter().collect();
            let of_path = || DeclaredName::of_path(path);
            Box::leak(Box::new(Declaration {
                path,
                name: name.map_or_else(of_path, |name| DeclaredName::written(path, name)),
                file: "src/lib.rs",
                line: 1,
                main: TaskMain::Plain(|| {}),
                keys: leaked(keys),
                pack_version: None,
            }))
        };
        let all = [
            task("a::on", Some("b::boot")),
            task("b::boot", None),
            task("b::login", None),
        ];
        let told = Told {
            names: NameFilter {
                patterns: vec!["a::b::boot".to_owned()],
                skips: vec!["b::boot".to_owned()],
                exact: true,
            },
            ignored: IgnoredTasks::Skip,
            narrowing: Narrowing::default(),
            only_a: false,
        };
        let (params, defaults) = (GlobalParams::default(), TaskDefaults::default());
        let part = NeededTasks::among(all.into_iter(), &told.names, &params, &defaults);
        assert_eq!(part.tasks.len(), 2);
        let outcome = told.outcome(Catalog::of_part(part.tasks, part.sizes));
        let expected = r#"[("a::b::boot", None)], 2 filtered out: [("a::b::boot", true, [])]"#;
        assert_eq!(outcome.as_deref(), Ok(expected));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

        /// Unless the whole has a mistake.
        #[test]
        fn the_plan_of_a_part_is_that_of_the_whole(
            pack in prop::collection::vec(drawn(), 1..14),
            (patterns, skips) in names(),
            ignored in prop::sample::select(vec![0u8, 0, 0, 1, 2, 2]),
            flags in any::<[bool; 4]>(),
        ) {
            let all: Vec<_> = (0..pack.len()).map(|at| declaration(&pack, at)).collect();
            let all = all.into_iter().rev();
            let (params, defaults) = (GlobalParams::default(), TaskDefaults::default());
            let mut loader = Loader::new(&params, &defaults);
            let whole = in_order(all.clone()).into_iter().map(|one| loader.load(one));
            let whole = Catalog::new(whole.collect());
            let name = |at: usize, is_shown: bool| match (&whole, is_shown) {
                (Ok(catalog), true) => {
                    shown_name(catalog, catalog.ids().nth(at % pack.len()).unwrap())
                }
                _ => format!("t{}", at % pack.len()),
            };
            let told = Told {
                names: NameFilter {
                    patterns: patterns.iter().map(|(at, shown)| name(*at as usize, *shown)).collect(),
                    skips: skips.iter().map(|at| name(*at as usize, true)).collect(),
                    exact: true,
                },
                ignored: [IgnoredTasks::Skip, IgnoredTasks::Only, IgnoredTasks::Include]
                    [ignored as usize],
                narrowing: Narrowing {
                    groups: Vec::new(),
                    skip_setup: flags[0] && flags[1],
                    skip_teardown: flags[0] && flags[2],
                    ignore_prereq: flags[1] && flags[2],
                },
                only_a: flags.iter().filter(|flag| **flag).count() == 3,
            };
            if whole.is_err() {
                return Ok(());
            }
            let part = NeededTasks::among(all, &told.names, &params, &defaults);
            let part = told.outcome(Catalog::of_part(part.tasks, part.sizes));
            match (told.outcome(whole), part) {
                (Err(_), part) => prop_assert!(part.is_err(), "{part:?}"),
                (whole, part) => prop_assert_eq!(part, whole),
            }
        }
    }
}
