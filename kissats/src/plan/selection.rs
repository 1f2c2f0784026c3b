//! What the user asked for.

use crate::model::{GlobalParams, IgnoreReason, TaskId};
use crate::plan::{Catalog, NameFilter, PlanError, eligibility};

/// What becomes of tasks that are declared with `ignore`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum IgnoredTasks {
    /// They are shown as ignored.
    #[default]
    Skip,
    /// Only they run: `--ignored`.
    Only,
    /// They run like any other: `--include-ignored`.
    Include,
}

/// The tasks that were asked for, and those that are not meant to run here.
#[derive(Debug)]
pub(crate) struct Selection {
    /// In order of declaration.
    pub(crate) tasks: Vec<TaskId>,
    /// For every task of the catalog.
    pub(super) ignored: Vec<Option<IgnoreReason>>,
    /// For every task of the catalog: whether a plain run ignores it.
    ignored_by_default: Vec<bool>,
}

impl Selection {
    /// Chooses among the tasks for which `offered` holds.
    ///
    /// # Errors
    /// Every exact name that no task has.
    pub(crate) fn new(
        catalog: &Catalog,
        offered: impl Fn(TaskId) -> bool,
        params: &GlobalParams,
        names: &NameFilter,
        ignored_tasks: IgnoredTasks,
    ) -> Result<Self, Vec<PlanError>> {
        let unknown = names.unknown_exact_names(catalog);
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let by_default = eligibility::ignored(catalog, params, true);
        let ignored_by_default: Vec<bool> = by_default.iter().map(Option::is_some).collect();
        let ignored = match ignored_tasks {
            IgnoredTasks::Skip => by_default,
            IgnoredTasks::Only | IgnoredTasks::Include => {
                eligibility::ignored(catalog, params, false)
            }
        };
        let wanted = |id: &TaskId| {
            offered(*id)
                && (ignored_tasks != IgnoredTasks::Only || ignored_by_default[id.position()])
                && names.matches(catalog, *id)
        };
        Ok(Self {
            tasks: catalog.ids().filter(wanted).collect(),
            ignored,
            ignored_by_default,
        })
    }

    /// Why a task is not meant to run, if it is not.
    pub(crate) fn ignored(&self, id: TaskId) -> Option<&IgnoreReason> {
        self.ignored[id.position()].as_ref()
    }

    /// Whether a plain run, without `--ignored`, ignores the task: what a listing tells nextest.
    pub(crate) fn is_ignored_by_default(&self, id: TaskId) -> bool {
        self.ignored_by_default[id.position()]
    }
}
