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
    /// How many more there were to choose from.
    pub(crate) filtered_out: usize,
    /// For every task of the catalog.
    pub(super) ignored: Vec<Option<IgnoreReason>>,
    /// For every task of the catalog: whether a plain run ignores it.
    ignored_by_default: Vec<bool>,
}

impl Selection {
    /// Chooses among the tasks for which `offered` holds.
    ///
    /// # Errors
    /// Every exact name that no task has; and that there is nothing to choose from.
    pub(crate) fn new(
        catalog: &Catalog,
        offered: impl Fn(TaskId) -> bool,
        params: &GlobalParams,
        names: &NameFilter,
        ignored_tasks: IgnoredTasks,
    ) -> Result<Self, Vec<PlanError>> {
        let offered: Vec<TaskId> = catalog.ids().filter(|id| offered(*id)).collect();
        if offered.is_empty() {
            return Err(vec![PlanError::NoTasks]);
        }
        let number_offered = offered.len();
        let mut tasks = names.choose(catalog, offered)?;
        let by_default = eligibility::ignored(catalog, params, true);
        let ignored_by_default: Vec<bool> = by_default.iter().map(Option::is_some).collect();
        let ignored = match ignored_tasks {
            IgnoredTasks::Skip => by_default,
            IgnoredTasks::Only | IgnoredTasks::Include => {
                eligibility::ignored(catalog, params, false)
            }
        };
        if ignored_tasks == IgnoredTasks::Only {
            tasks.retain(|id| ignored_by_default[id.position()]);
        }
        Ok(Self {
            filtered_out: number_offered - tasks.len(),
            tasks,
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
