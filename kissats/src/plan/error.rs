//! What makes a set of tasks impossible to run.

use crate::model::{GroupName, Location, PackName, ResourceName, TaskName};
use crate::plan::Why;

/// A mistake in the tasks as a whole, or in what was asked for. All of them are reported at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum PlanError {
    /// Two tasks of a pack share a name.
    #[error(
        "two tasks of the pack `{pack}` are called `{name}`: {first} and {second}; \
         rename one, or give one another `name`"
    )]
    DuplicateName {
        pack: PackName,
        name: TaskName,
        first: Location,
        second: Location,
    },
    /// Two functions of one module share a name, so a path to it could mean either.
    #[error(
        "two tasks are declared as `{path}`: {first} and {second}; rename one of the functions"
    )]
    DuplicateFunction {
        path: &'static str,
        first: Location,
        second: Location,
    },
    /// A prerequisite named as a string does not exist.
    #[error("{declared_at}: `{task}` needs `{prereq}`, which is no task of the linked packs{}", did_you_mean(.nearest))]
    UnknownPrereq {
        declared_at: Location,
        task: TaskName,
        prereq: String,
        nearest: Option<String>,
    },
    /// Tasks wait for each other in a circle.
    #[error("tasks wait for each other in a circle: {}", circle(.path))]
    Cycle { path: Vec<Link> },
    /// No task was registered.
    #[error(
        "no task is registered: annotate functions with `#[kiss_task]`, and name the crate that holds them in \
         `kissats::main!(your_pack);` — a crate that nothing names is not linked"
    )]
    NoTasks,
    /// A pack named in `main!` brought no task.
    #[error("the pack `{pack}` has no task; packs with tasks: {}", join(.linked))]
    EmptyPack { pack: String, linked: Vec<PackName> },
    /// A group that no task is in was asked for.
    #[error("no task is in the group `{group}`{}", did_you_mean(.nearest))]
    UnknownGroup {
        group: GroupName,
        nearest: Option<String>,
    },
    /// Resources are `strict`, and a task asks for one that was not declared.
    #[error(
        "{declared_at}: `{task}` needs `{resource}`, which is not declared{}; \
         declare it in `.config/kissats.toml`, or take `strict` out of `[resources]`",
        did_you_mean(.nearest)
    )]
    UndeclaredResource {
        declared_at: Location,
        task: TaskName,
        resource: ResourceName,
        nearest: Option<String>,
    },
    /// `--exact` names something that does not exist.
    #[error("no task is called `{name}` (--exact){}", did_you_mean(.nearest))]
    UnknownExactName {
        name: String,
        nearest: Option<String>,
    },
}

/// One step of a circle: `task` waits for the next because of `why`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) task: TaskName,
    pub(crate) declared_at: Location,
    pub(crate) why: Why,
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

fn join(packs: &[PackName]) -> String {
    if packs.is_empty() {
        return "none".to_owned();
    }
    packs
        .iter()
        .map(PackName::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

/// `a (src/a.rs:3) -> b (src/b.rs:9) -> a`, with the reason of each arrow in its own line.
fn circle(path: &[Link]) -> String {
    let mut text = String::new();
    for (position, link) in path.iter().enumerate() {
        let next = &path[(position + 1) % path.len()];
        text.push_str(&format!(
            "\n  {}: `{}` {} `{}`",
            link.declared_at, link.task, link.why, next.task
        ));
    }
    let names = path
        .iter()
        .chain(path.first())
        .map(|link| link.task.as_str());
    format!("{}{text}", names.collect::<Vec<_>>().join(" -> "))
}
