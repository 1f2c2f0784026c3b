//! The spec of a task, put together when somebody asks for it.

use std::sync::{Arc, OnceLock};

use crate::model::{Declaration, LoadedTask, ResolvedTask, TaskDefaults, TaskSpec};

/// What a task declares, for its body to look at: few do.
#[derive(Debug, Clone)]
pub(crate) enum LazySpec {
    Declared {
        declaration: &'static Declaration,
        defaults: Option<Arc<TaskDefaults>>,
        spec: OnceLock<Arc<TaskSpec>>,
    },
    Resolved(Arc<TaskSpec>),
}

impl LazySpec {
    pub(crate) fn get(&self) -> &TaskSpec {
        match self {
            Self::Declared {
                declaration,
                defaults,
                spec,
            } => spec.get_or_init(|| ResolvedTask::of(declaration, defaults.as_deref()).spec),
            Self::Resolved(spec) => spec,
        }
    }
}

impl From<&LoadedTask> for LazySpec {
    fn from(task: &LoadedTask) -> Self {
        match task {
            LoadedTask::Declared {
                declaration,
                defaults,
            } => Self::Declared {
                declaration,
                defaults: defaults.clone(),
                spec: OnceLock::new(),
            },
            LoadedTask::Resolved(task) => Self::Resolved(Arc::clone(&task.spec)),
        }
    }
}

impl From<Arc<TaskSpec>> for LazySpec {
    fn from(spec: Arc<TaskSpec>) -> Self {
        Self::Resolved(spec)
    }
}
