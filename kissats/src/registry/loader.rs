//! From a declaration to a task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::model::{Declaration, GlobalParams, LoadedTask, ResolvedTask, TaskDefaults, panic_text};
use crate::registry::RegistryError;

/// Makes tasks, and keeps what goes wrong with that.
#[derive(Debug)]
pub(super) struct Loader<'a> {
    params: &'a GlobalParams,
    defaults: Option<Arc<TaskDefaults>>,
    pub(super) errors: Vec<RegistryError>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(params: &'a GlobalParams, defaults: &TaskDefaults) -> Self {
        Self {
            params,
            defaults: (!defaults.is_empty()).then(|| Arc::new(defaults.clone())),
            errors: Vec::new(),
        }
    }

    /// The task, with what its `params` function makes of it.
    ///
    /// A task whose parameters could not be computed is still a task: others may name it, and it is
    /// one mistake.
    pub(super) fn load(&mut self, declaration: &'static Declaration) -> LoadedTask {
        if declaration.has_params() {
            match self.compute(declaration) {
                Ok(task) => return LoadedTask::Resolved(Arc::new(task)),
                Err(error) => self.errors.push(error),
            }
        }
        self.declared(declaration)
    }

    /// The task as it was declared.
    pub(super) fn declared(&self, declaration: &'static Declaration) -> LoadedTask {
        LoadedTask::Declared {
            declaration,
            defaults: self.defaults.clone(),
        }
    }

    fn compute(&self, declaration: &'static Declaration) -> Result<ResolvedTask, RegistryError> {
        let mut task = ResolvedTask::of(declaration, self.defaults.as_deref());
        let name = task.spec.name().clone();
        let spec = Arc::make_mut(&mut task.spec);
        let computed = catch_unwind(AssertUnwindSafe(|| {
            if let Some(compute) = declaration.params() {
                compute(spec, self.params);
            }
        }));
        if let Err(payload) = computed {
            return Err(RegistryError::ParamsPanicked {
                declared_at: declaration.location(),
                function: declaration.function(),
                message: panic_text(&*payload).to_owned(),
            });
        }
        // What was computed is checked like what was written: a name stays, a group counts once.
        spec.sanitise(&name);
        Ok(task)
    }
}
