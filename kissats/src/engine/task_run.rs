//! What has become of one task until now.

use std::time::Duration;

use crate::engine::task_state::TaskState;
use crate::model::{Blocked, Problem, TaskResult, Timestamp};
use crate::plan::Step;

/// What the engine knows of one task.
#[derive(Debug)]
pub(super) struct TaskRun {
    pub(super) state: TaskState,
    /// Its place in the order: that of the plan, unless the order was changed.
    pub(super) rank: usize,
    /// Who waits for it, and whether it must succeed for them.
    pub(super) dependents: Vec<(Step, bool)>,
    /// What is already known to keep it from running.
    pub(super) blocked: Option<Blocked>,
    pub(super) attempts: Vec<TaskResult>,
    pub(super) refused: Option<Box<Refused>>,
    pub(super) ended: Option<Ended>,
    /// Why its process is being ended, and how long it has run.
    pub(super) killed_for: Option<Box<(Problem, Duration)>>,
}

/// What those who wait for a task that has ended need to know of it.
#[derive(Debug)]
pub(super) enum Ended {
    Well,
    Otherwise(Blocked),
}

/// A task's first refusal and the reason of the last.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) since: Timestamp,
    pub(super) why: String,
}
