//! From declarations to tasks.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::model::{
    GlobalParams, GroupName, Ignore, Location, NameError, PackName, ResourceName, Task,
    TaskDefaults, TaskName, TaskSpec, panic_text,
};
use crate::registry::{Declaration, LinkedTask, RegistryError};

/// Every task that was linked, in order of declaration: by pack, file and line.
///
/// `inventory` promises no order, so one is made.
pub(crate) fn collect(
    params: &GlobalParams,
    defaults: &TaskDefaults,
) -> (Vec<Task>, Vec<RegistryError>) {
    let mut declarations: Vec<&Declaration> = inventory::iter::<LinkedTask>
        .into_iter()
        .map(|task| task.declaration)
        .collect();
    declarations.sort_by_key(|task| (pack_of(task.module), task.file, task.line, task.function));
    let mut tasks = Vec::with_capacity(declarations.len());
    let mut errors = Vec::new();
    for declaration in declarations {
        match resolve(declaration, params, defaults) {
            Ok(task) => tasks.push(task),
            Err(error) => errors.push(error),
        }
    }
    (tasks, errors)
}

/// Every pack that has tasks here, with its version where that is known.
pub(crate) fn linked_packs() -> BTreeMap<&'static str, Option<&'static str>> {
    let linked = inventory::iter::<LinkedTask>.into_iter();
    linked
        .map(|task| (pack_of(task.declaration.module), task.pack_version))
        .collect()
}

fn pack_of(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// `pack::power` and `rail` make `power::rail`.
fn path_below_crate(module: &str, function: &str) -> String {
    match module.split_once("::") {
        Some((_, below)) => format!("{below}::{function}"),
        None => function.to_owned(),
    }
}

fn resolve(
    declaration: &Declaration,
    params: &GlobalParams,
    defaults: &TaskDefaults,
) -> Result<Task, RegistryError> {
    let declared_at = Location::new(declaration.file, declaration.line);
    let named = |source| RegistryError::Name {
        declared_at: declared_at.clone(),
        function: declaration.function,
        source,
    };
    let mut spec = spec_of(declaration, defaults).map_err(named)?;
    if let Some(compute) = declaration.params {
        catch_unwind(AssertUnwindSafe(|| compute(&mut spec, params))).map_err(|payload| {
            RegistryError::ParamsPanicked {
                declared_at: declared_at.clone(),
                function: declaration.function,
                message: panic_text(&*payload).to_owned(),
            }
        })?;
    }
    Ok(Task {
        pack: PackName::new(pack_of(declaration.module)).map_err(named)?,
        module: declaration.module,
        function: declaration.function,
        declared_at,
        spec: Arc::new(spec),
        main: declaration.main,
        setup: declaration.setup,
        teardown: declaration.teardown,
    })
}

fn spec_of(declaration: &Declaration, defaults: &TaskDefaults) -> Result<TaskSpec, NameError> {
    let name = match declaration.name {
        Some(name) => TaskName::new(name)?,
        None => TaskName::new(path_below_crate(declaration.module, declaration.function))?,
    };
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
    let object = |make: Option<fn() -> Value>| match make.map(|make| make()) {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
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
    spec.resource_configs = object(declaration.resource_configs);
    spec.req_param_keys = texts(declaration.req_param_keys);
    spec.optional_param_keys = texts(declaration.optional_param_keys);
    spec.prereq_tasks = declaration.prereq_tasks.to_vec();
    spec.extra_metadata = object(declaration.extra_metadata);
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
