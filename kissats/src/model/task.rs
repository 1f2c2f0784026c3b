//! A task: what it declares and what it does.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::{Location, PackName, Stage, TaskContext, TaskReturn, TaskSpec};

/// A function of a task: its main, its setup or its teardown.
pub type TaskBody = fn(&TaskContext) -> TaskReturn;

/// A task by its place in the catalog, which is the order of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TaskId(u32);

impl TaskId {
    pub(crate) fn new(position: usize) -> Self {
        Self(u32::try_from(position).expect("a run has fewer than four billion tasks"))
    }

    pub(crate) fn position(self) -> usize {
        self.0 as usize
    }
}

/// What a task names as its prerequisite.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Prereq {
    /// A task by the path of its function; the compiler has checked that it is one.
    Function {
        /// The module of the function, the crate first.
        module: &'static str,
        /// The function's own name.
        function: &'static str,
    },
    /// A task by its name: in the same pack, or `pack::name` in another.
    Named(Cow<'static, str>),
}

/// A task as the registry hands it on.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) pack: PackName,
    pub(crate) module: &'static str,
    pub(crate) function: &'static str,
    pub(crate) declared_at: Location,
    pub(crate) spec: Arc<TaskSpec>,
    pub(crate) main: TaskBody,
    pub(crate) setup: Option<TaskBody>,
    pub(crate) teardown: Option<TaskBody>,
}

impl Task {
    pub(crate) fn body(&self, stage: Stage) -> Option<TaskBody> {
        match stage {
            Stage::Setup => self.setup,
            Stage::Main => Some(self.main),
            Stage::Teardown => self.teardown,
            Stage::Resources | Stage::Requirements => None,
        }
    }
}
