//! From declarations to tasks.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::model::{
    Bodies, GlobalParams, GroupName, Ignore, LoadedTask, Location, NameError, PackName,
    ResourceName, TaskDefaults, TaskName, TaskSpec, panic_text,
};
use crate::registry::{Declaration, LinkedTask, RegistryError};

/// Every task that was linked, in order of declaration: by pack, file and line.
pub(crate) fn collect(
    params: &GlobalParams,
    defaults: &TaskDefaults,
) -> (Vec<LoadedTask>, Vec<RegistryError>) {
    let Linked {
        mut declarations,
        packs,
    } = Linked::gather();
    if packs.len() > 1 {
        declarations.sort_by(|one, other| in_order(one, other));
    } else {
        declarations.sort_by(|one, other| in_order_of_pack(one, other));
    }
    resolve_all(&declarations, params, defaults)
}

/// In this order: a task that could not be resolved has a mistake to tell instead.
pub(super) fn resolve_all(
    declarations: &[&'static Declaration],
    params: &GlobalParams,
    defaults: &TaskDefaults,
) -> (Vec<LoadedTask>, Vec<RegistryError>) {
    let mut tasks = Vec::with_capacity(declarations.len());
    let mut errors = Vec::new();
    for declaration in declarations {
        let (task, error) = resolve(declaration, params, defaults);
        tasks.extend(task);
        errors.extend(error);
    }
    (tasks, errors)
}

/// What the linker collected, as it was written.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    pub(super) declarations: Vec<&'static Declaration>,
    packs: Vec<LinkedPack>,
}

#[derive(Debug)]
struct LinkedPack {
    name: &'static str,
    version: Option<&'static str>,
}

impl Linked {
    pub(crate) fn gather() -> Self {
        let mut linked = Self::default();
        let mut last = ("", 0);
        for task in inventory::iter::<LinkedTask> {
            linked.declarations.push(task.declaration);
            let module = task.declaration.module;
            // Tasks of one module follow one another.
            if !std::ptr::eq(module, last.0) {
                last = (module, linked.pack(pack_of(module)));
            }
            let pack = &mut linked.packs[last.1];
            pack.version = task.pack_version;
        }
        linked
    }

    fn pack(&mut self, name: &'static str) -> usize {
        let known = self.packs.iter().position(|pack| pack.name == name);
        known.unwrap_or_else(|| {
            self.packs.push(LinkedPack {
                name,
                version: None,
            });
            self.packs.len() - 1
        })
    }

    /// Every pack that has tasks here, with its version where that is known.
    pub(crate) fn packs(&self) -> BTreeMap<&'static str, Option<&'static str>> {
        let packs = self.packs.iter();
        packs.map(|pack| (pack.name, pack.version)).collect()
    }
}

/// By pack, file and line: `inventory` promises no order.
pub(super) fn in_order(one: &Declaration, other: &Declaration) -> Ordering {
    // Most tasks share their module and file with their neighbours: the very same text.
    let by_pack = if std::ptr::eq(one.module, other.module) {
        Ordering::Equal
    } else {
        pack_of(one.module).cmp(pack_of(other.module))
    };
    by_pack.then_with(|| in_order_of_pack(one, other))
}

fn in_order_of_pack(one: &Declaration, other: &Declaration) -> Ordering {
    let by_file = if std::ptr::eq(one.file, other.file) {
        Ordering::Equal
    } else {
        one.file.cmp(other.file)
    };
    by_file
        .then_with(|| one.line.cmp(&other.line))
        .then_with(|| one.module.cmp(other.module))
        .then_with(|| one.function.cmp(other.function))
}

pub(super) fn pack_of(module: &str) -> &str {
    module.find(':').map_or(module, |end| &module[..end])
}

/// `pack::power` and `rail` make `power::rail`. Raw names are raw to the compiler only.
fn path_below_crate(module: &str, function: &str) -> String {
    match module.split_once("::") {
        Some((_, below)) => format!("{}::{function}", below.replace("r#", "")),
        None => function.to_owned(),
    }
}

/// The name in the pack: the one that was written, or else the path.
pub(super) fn name_of(declaration: &Declaration) -> Cow<'static, str> {
    match declaration.name {
        Some(name) => name.into(),
        None => path_below_crate(declaration.module, declaration.function).into(),
    }
}

/// A task that could not be computed is still a task: others may name it, and it is one mistake.
pub(super) fn resolve(
    declaration: &Declaration,
    params: &GlobalParams,
    defaults: &TaskDefaults,
) -> (Option<LoadedTask>, Option<RegistryError>) {
    let declared_at = Location::new(declaration.file, declaration.line);
    let named = |source| RegistryError::Name {
        declared_at: declared_at.clone(),
        function: declaration.function,
        source,
    };
    let (mut spec, pack) = match (
        spec_of(declaration, defaults),
        PackName::new(pack_of(declaration.module)),
    ) {
        (Ok(spec), Ok(pack)) => (spec, pack),
        (Err(source), _) | (_, Err(source)) => return (None, Some(named(source))),
    };
    let name = spec.name().clone();
    let mut error = None;
    for (key, text, place) in [
        (
            "resource_configs",
            declaration.resource_configs,
            &mut spec.resource_configs,
        ),
        (
            "extra_metadata",
            declaration.extra_metadata,
            &mut spec.extra_metadata,
        ),
    ] {
        match text.map(serde_json::from_str).transpose() {
            Ok(object) => *place = object.unwrap_or_default(),
            Err(source) => {
                error = Some(RegistryError::Object {
                    declared_at: declared_at.clone(),
                    function: declaration.function,
                    key,
                    source,
                });
            }
        }
    }
    if let Some(compute) = declaration.params {
        let before = spec.clone();
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| compute(&mut spec, params))) {
            spec = before;
            error = Some(RegistryError::ParamsPanicked {
                declared_at: declared_at.clone(),
                function: declaration.function,
                message: panic_text(&*payload).to_owned(),
            });
        }
    }
    // What was computed is checked like what was written: a name stays, a group counts once.
    spec.sanitise(&name);
    let task = LoadedTask {
        pack,
        module: declaration.module,
        function: declaration.function,
        declared_at,
        spec: Arc::new(spec),
        bodies: Bodies::Functions {
            main: declaration.main,
            setup: declaration.setup,
            teardown: declaration.teardown,
        },
    };
    (Some(task), error)
}

fn spec_of(declaration: &Declaration, defaults: &TaskDefaults) -> Result<TaskSpec, NameError> {
    let name = TaskName::new(name_of(declaration))?;
    let texts = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    let resources = |words: &[&str]| {
        words
            .iter()
            .map(ResourceName::new)
            .collect::<Result<Vec<_>, _>>()
    };
    let mut spec = TaskSpec::new(name);
    defaults.apply(&mut spec);
    spec.description = declaration.description.to_owned();
    spec.groups = declaration
        .groups
        .iter()
        .map(GroupName::new)
        .collect::<Result<_, _>>()?;
    spec.phase = declaration.phase;
    spec.exclusive_resources = resources(declaration.exclusive_resources)?;
    spec.shared_resources = resources(declaration.shared_resources)?;
    spec.req_param_keys = texts(declaration.req_param_keys);
    spec.optional_param_keys = texts(declaration.optional_param_keys);
    spec.prereq_tasks = declaration.prereq_tasks.to_vec();
    spec.ignore = match declaration.ignore {
        None => Ignore::No,
        Some("") => Ignore::Yes(None),
        Some(reason) => Ignore::Yes(Some(reason.to_owned())),
    };
    // What was not written keeps the default.
    spec.max_resource_wait = declaration.max_resource_wait.or(spec.max_resource_wait);
    spec.timeout = declaration.timeout.or(spec.timeout);
    spec.process_safe = declaration.process_safe.or(spec.process_safe);
    spec.prereq_same_thread = declaration.prereq_same_thread.or(spec.prereq_same_thread);
    set(&mut spec.stop_suite_on_fail, declaration.stop_suite_on_fail);
    set(&mut spec.max_resource_retry, declaration.max_resource_retry);
    set(&mut spec.thread_safe, declaration.thread_safe);
    set(&mut spec.valid_ats, declaration.valid_ats.map(texts));
    set(&mut spec.valid_duts, declaration.valid_duts.map(texts));
    set(&mut spec.est_task_time, declaration.est_task_time);
    set(&mut spec.always_teardown, declaration.always_teardown);
    set(&mut spec.priority, declaration.priority);
    set(&mut spec.retries, declaration.retries);
    Ok(spec)
}

fn set<T>(place: &mut T, written: Option<T>) {
    if let Some(value) = written {
        *place = value;
    }
}
