//! What the user asked for.

use crate::model::{GlobalParams, GroupName, IgnoreReason, TaskId, nearest};
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
    /// How many more there were to choose from.
    pub(crate) filtered_out: usize,
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
    /// Every exact name that no task has, and every group that no task is in; and that there is
    /// nothing to choose from.
    pub(crate) fn new(
        catalog: &Catalog,
        offered: impl Fn(TaskId) -> bool,
        params: &GlobalParams,
        names: &NameFilter,
        ignored_tasks: IgnoredTasks,
        narrowing: &Narrowing,
    ) -> Result<Self, Vec<PlanError>> {
        let offered: Vec<TaskId> = catalog.ids().filter(|id| offered(*id)).collect();
        if offered.is_empty() {
            return Err(vec![PlanError::NoTasks]);
        }
        let number_offered = offered.len();
        let by_name = names.named_whole(catalog, &offered);
        let unknown = unknown_groups(catalog, &narrowing.groups);
        let mut tasks = match names.choose(catalog, offered) {
            Ok(tasks) if unknown.is_empty() => tasks,
            Ok(_) => return Err(unknown),
            Err(mut errors) => {
                errors.extend(unknown);
                return Err(errors);
            }
        };
        let by_default = eligibility::ignored(catalog, params, true, narrowing.ignore_prereq);
        let ignored_by_default: Vec<bool> = by_default.iter().map(Option::is_some).collect();
        let ignored = match ignored_tasks {
            IgnoredTasks::Skip => by_default,
            IgnoredTasks::Only | IgnoredTasks::Include => {
                eligibility::ignored(catalog, params, false, narrowing.ignore_prereq)
            }
        };
        let is_left_out = |id: TaskId| {
            narrowing.leaves_out(catalog.task(id).spec.phase) && !by_name.contains(&id)
        };
        let left_out: Vec<bool> = catalog.ids().map(is_left_out).collect();
        tasks.retain(|id| {
            !left_out[id.position()] && narrowing.is_in_groups(&catalog.task(*id).spec)
        });
        if ignored_tasks == IgnoredTasks::Only {
            tasks.retain(|id| ignored_by_default[id.position()]);
        }
        Ok(Self {
            filtered_out: number_offered - tasks.len(),
            tasks,
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
