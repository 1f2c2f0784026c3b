//! Why a task or a group was not added.

use crate::model::{NameError, TaskName};

/// A refusal. The queues are as they were.
///
/// ```
/// # use kissats::{PackError, QueueError, TaskPack, GlobalParams};
/// let mut pack = TaskPack::new(GlobalParams::default())?;
/// let Err(PackError::Queue(error)) = pack.add_test_task("power::on") else { panic!("no such task") };
/// assert_eq!(error, QueueError::UnknownTask { name: "power::on".to_owned(), nearest: None });
/// assert_eq!(error.to_string(), "no task is called `power::on`");
/// # Ok::<(), PackError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// No linked pack has a task of this name. The original's `InvalidTask`.
    #[error("no task is called `{name}`{}", did_you_mean(.nearest))]
    UnknownTask {
        /// What was asked for.
        name: String,
        /// The task that was probably meant.
        nearest: Option<String>,
    },
    /// A prerequisite is neither queued, nor done, nor a task of a linked pack.
    #[error("`{task}` needs `{prereq}`, which is no task of the linked packs{}", did_you_mean(.nearest))]
    UnknownPrereq {
        /// The task that has it.
        task: TaskName,
        /// What it names.
        prereq: String,
        /// The task that was probably meant.
        nearest: Option<String>,
    },
    /// No task belongs to the group.
    #[error("there is no group `{name}`{}", did_you_mean(.nearest))]
    UnknownGroup {
        /// What was asked for.
        name: String,
        /// The group that was probably meant.
        nearest: Option<String>,
    },
    /// A prerequisite has run and did not succeed. The original's `FailedPrereq`.
    #[error("`{task}` needs `{prereq}`, which did not succeed: {outcome}")]
    FailedPrereq {
        /// The task that has it.
        task: TaskName,
        /// The prerequisite.
        prereq: TaskName,
        /// How it ended.
        outcome: String,
    },
    /// A prerequisite is not for this device or test system, so its dependent cannot run.
    #[error("`{task}` needs `{prereq}`, which does not run here: {reason}")]
    PrereqNotForThisRun {
        /// The task that has it.
        task: TaskName,
        /// The prerequisite.
        prereq: TaskName,
        /// Why it does not run.
        reason: String,
    },
    /// Tasks wait for each other in a circle.
    #[error("tasks wait for each other in a circle: {}", join(.path))]
    Cycle {
        /// The circle, with its first task again at its end.
        path: Vec<TaskName>,
    },
    /// A task that was made by the program names itself badly.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A task of a run that has no queues wanted to add another.
    #[error(
        "tasks can only be added while a `TaskPack` runs; `cargo test` knows its tasks beforehand"
    )]
    NoQueues,
    /// `get_params` of a task that was made by the program panicked.
    #[error("`get_params` of the task panicked: {message}")]
    ParamsPanicked {
        /// What the panic said.
        message: String,
    },
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

fn join(path: &[TaskName]) -> String {
    let names: Vec<&str> = path.iter().map(TaskName::as_str).collect();
    names.join(" -> ")
}
