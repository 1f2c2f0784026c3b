//! What the user asked for.

use crate::model::{GlobalParams, GroupName, IgnoreReason, TaskId, nearest};
use crate::plan::name_filter::NamesOfTask;
use crate::plan::{Catalog, NameFilter, Narrowing, PlanError, eligibility};

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
    /// For every task of the catalog: whether it must not be pulled in either.
    left_out: Vec<bool>,
    /// Prerequisites are neither pulled in nor waited for.
    pub(super) ignore_prereq: bool,
}

impl Selection {
    /// Chooses among the tasks for which `offered` holds.
    ///
    /// # Errors
    /// Every exact name that no task has, and every group that no task is in.
    pub(crate) fn new(
        catalog: &Catalog,
        offered: impl Fn(TaskId) -> bool,
        params: &GlobalParams,
        names: &NameFilter,
        ignored_tasks: IgnoredTasks,
        narrowing: &Narrowing,
    ) -> Result<Self, Vec<PlanError>> {
        let mut unknown = names.unknown_exact_names(catalog);
        unknown.extend(unknown_groups(catalog, &narrowing.groups));
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let by_default = eligibility::ignored(catalog, params, true, narrowing.ignore_prereq);
        let ignored_by_default: Vec<bool> = by_default.iter().map(Option::is_some).collect();
        let ignored = match ignored_tasks {
            IgnoredTasks::Skip => by_default,
            IgnoredTasks::Only | IgnoredTasks::Include => {
                eligibility::ignored(catalog, params, false, narrowing.ignore_prereq)
            }
        };
        let is_left_out = |id: TaskId| {
            narrowing.leaves_out(catalog.task(id).spec.phase)
                && !names.names_whole(&NamesOfTask::new(catalog, id))
        };
        let left_out: Vec<bool> = catalog.ids().map(is_left_out).collect();
        let wanted = |id: &TaskId| {
            offered(*id)
                && !left_out[id.position()]
                && narrowing.is_in_groups(&catalog.task(*id).spec)
                && (ignored_tasks != IgnoredTasks::Only || ignored_by_default[id.position()])
                && names.matches(&NamesOfTask::new(catalog, *id))
        };
        Ok(Self {
            tasks: catalog.ids().filter(wanted).collect(),
            ignored,
            ignored_by_default,
            left_out,
            ignore_prereq: narrowing.ignore_prereq,
        })
    }

    /// Why a task is not meant to run, if it is not.
    pub(crate) fn ignored(&self, id: TaskId) -> Option<&IgnoreReason> {
        self.ignored[id.position()].as_ref()
    }

    /// Whether a task that is needed may be pulled in.
    pub(super) fn may_run(&self, id: TaskId) -> bool {
        self.ignored(id).is_none() && !self.left_out[id.position()]
    }

    /// Whether a plain run, without `--ignored`, ignores the task: what a listing tells nextest.
    pub(crate) fn is_ignored_by_default(&self, id: TaskId) -> bool {
        self.ignored_by_default[id.position()]
    }
}

fn unknown_groups(catalog: &Catalog, groups: &[GroupName]) -> Vec<PlanError> {
    let known = || {
        let specs = catalog.ids().map(|id| &catalog.task(id).spec);
        specs.flat_map(|spec| &spec.groups)
    };
    let unknown = groups
        .iter()
        .filter(|group| !known().any(|name| name == *group));
    let error = |group: &GroupName| PlanError::UnknownGroup {
        nearest: nearest(group.as_str(), known().map(GroupName::as_str)),
        group: group.clone(),
    };
    unknown.map(error).collect()
}
