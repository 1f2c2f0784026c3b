//! What stands in a queue.

use std::sync::Arc;

use crate::model::{LoadedTask, ResolvedTask, TaskName, TaskSpec, Timestamp};

/// A task in a queue.
///
/// ```
/// # use kissats::QueuedTask;
/// fn line(task: &QueuedTask) -> String {
///     format!("{} (priority {}) needs {:?}", task.name(), task.spec().priority, task.prereqs())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct QueuedTask {
    /// Tells apart two entries of one task.
    pub(crate) entry: u64,
    pub(crate) name: TaskName,
    pub(crate) task: Arc<ResolvedTask>,
    pub(crate) prereqs: Arc<[TaskName]>,
}

impl QueuedTask {
    /// The task's name.
    #[must_use]
    pub fn name(&self) -> &TaskName {
        &self.name
    }

    /// Everything the task declares.
    #[must_use]
    pub fn spec(&self) -> &TaskSpec {
        &self.task.spec
    }

    /// What must have succeeded before it.
    #[must_use]
    pub fn prereqs(&self) -> &[TaskName] {
        &self.prereqs
    }

    pub(crate) fn loaded(&self) -> LoadedTask {
        LoadedTask::Resolved(Arc::clone(&self.task))
    }
}

/// Two entries are equal if they are the same entry.
impl PartialEq for QueuedTask {
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry
    }
}

/// A task that waits for its resources.
///
/// ```
/// # use kissats::{GlobalParams, TaskPack};
/// let pack = TaskPack::new(GlobalParams::default())?;
/// for waiting in pack.delay_queue() {
///     println!("{} asks again at {}", waiting.task.name(), waiting.ready_at);
/// }
/// # Ok::<(), kissats::PackError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DelayedTask {
    /// The task.
    pub task: QueuedTask,
    /// When it asks for its resources again.
    pub ready_at: Timestamp,
}

impl DelayedTask {
    /// A task that asks again at `ready_at`.
    #[must_use]
    pub fn new(task: QueuedTask, ready_at: Timestamp) -> Self {
        Self { task, ready_at }
    }
}
