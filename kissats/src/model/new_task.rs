//! A task that is to be added to a queue.

use std::fmt;
use std::sync::Arc;

use crate::model::{Phase, QueueError, Task, TaskName};

/// What to add to a queue, and where.
///
/// Most of the time a name is enough: whatever takes a `NewTask` takes a `&str`, a `String` or
/// a `&TaskName` too.
///
/// ```
/// # use kissats::NewTask;
/// let next = NewTask::named("power::on").top().allow_dupe();
/// # drop(next);
/// ```
#[derive(Clone)]
pub struct NewTask {
    pub(crate) source: TaskSource,
    pub(crate) top: bool,
    pub(crate) allow_dupe: bool,
}

/// Where a task comes from.
#[derive(Clone)]
pub(crate) enum TaskSource {
    /// A linked pack.
    Named(String),
    /// The program itself.
    Value(Arc<dyn Task>),
}

impl NewTask {
    fn new(source: TaskSource) -> Self {
        Self {
            source,
            top: false,
            allow_dupe: false,
        }
    }

    /// The task of a linked pack with this name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self::new(TaskSource::Named(name.into()))
    }

    /// A task that was made while the program runs.
    ///
    /// ```
    /// # use kissats::prelude::*;
    /// # use kissats::{NewTask, Task, TaskName};
    /// struct Channel(u8);
    ///
    /// impl Task for Channel {
    ///     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
    ///         TaskSpec::new(TaskName::new(format!("channel {}", self.0)).expect("a sound name"))
    ///     }
    ///     fn task_main(&self, _: &TaskContext) -> TaskReturn {
    ///         TaskReturn::passed()
    ///     }
    /// }
    ///
    /// let next = NewTask::value(Channel(2)).top();
    /// # drop(next);
    /// ```
    #[must_use]
    pub fn value(task: impl Task + 'static) -> Self {
        Self::new(TaskSource::Value(Arc::new(task)))
    }

    /// At the front of the queue instead of its end.
    #[must_use]
    pub fn top(mut self) -> Self {
        self.top = true;
        self
    }

    /// Although the queue holds a task of this name already.
    #[must_use]
    pub fn allow_dupe(mut self) -> Self {
        self.allow_dupe = true;
        self
    }
}

impl From<String> for NewTask {
    fn from(name: String) -> Self {
        Self::named(name)
    }
}

impl From<&TaskName> for NewTask {
    fn from(name: &TaskName) -> Self {
        Self::named(name.as_str())
    }
}

impl From<&str> for NewTask {
    fn from(name: &str) -> Self {
        Self::named(name)
    }
}

impl fmt::Debug for NewTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("NewTask");
        match &self.source {
            TaskSource::Named(name) => debug.field("name", name),
            TaskSource::Value(_) => debug.field("value", &"…"),
        };
        debug
            .field("top", &self.top)
            .field("allow_dupe", &self.allow_dupe)
            .finish()
    }
}

/// Whoever lets a running task add others.
pub(crate) trait AddTask: Send + Sync {
    /// Adds the task to the queue of `phase`; `false` if it does not belong into this run.
    fn add(&self, phase: Phase, task: NewTask) -> Result<bool, QueueError>;
}
