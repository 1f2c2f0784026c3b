//! What the user asked for.

use crate::model::{GlobalParams, GroupName, IgnoreReason, TaskId, nearest};
use crate::plan::offer::Offer;
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
    /// In order of declaration, as are those that must not be pulled in either.
    ignored: Vec<(TaskId, IgnoreReason)>,
    left_out: Vec<TaskId>,
    /// Prerequisites are neither pulled in nor waited for.
    pub(super) ignore_prereq: bool,
}

impl Selection {
    /// Everything that the packs have for these parameters.
    ///
    /// # Errors
    /// If there is nothing to choose from.
    pub(crate) fn of_all(
        catalog: &Catalog,
        params: &GlobalParams,
        ignored_tasks: IgnoredTasks,
    ) -> Result<Self, Vec<PlanError>> {
        let (names, whole) = (NameFilter::default(), Narrowing::default());
        Self::new(catalog, |_| true, params, &names, ignored_tasks, &whole)
    }

    /// Chooses among the tasks of the packs for which `is_offered` holds.
    ///
    /// # Errors
    /// Every exact name that no task has, and every group that no task is in; and that there is
    /// nothing to choose from.
    pub(crate) fn new(
        catalog: &Catalog,
        is_offered: impl Fn(&str) -> bool,
        params: &GlobalParams,
        names: &NameFilter,
        ignored_tasks: IgnoredTasks,
        narrowing: &Narrowing,
    ) -> Result<Self, Vec<PlanError>> {
        let offer = Offer::new(catalog, is_offered);
        let number_offered = offer.len();
        if number_offered == 0 {
            return Err(vec![PlanError::NoTasks]);
        }
        let unknown = unknown_groups(catalog, &narrowing.groups);
        let mut tasks = match names.choose(catalog, &offer) {
            Ok(tasks) if unknown.is_empty() => tasks,
            Ok(_) => return Err(unknown),
            Err(mut errors) => {
                errors.extend(unknown);
                return Err(errors);
            }
        };
        let by_default = eligibility::ignored(catalog, params, true, narrowing.ignore_prereq);
        let ignored_by_default: Vec<TaskId> = by_default.iter().map(|(id, _)| *id).collect();
        let ignored = match ignored_tasks {
            IgnoredTasks::Skip => by_default,
            IgnoredTasks::Only | IgnoredTasks::Include => {
                eligibility::ignored(catalog, params, false, narrowing.ignore_prereq)
            }
        };
        let mut left_out = Vec::new();
        if narrowing.leaves_any_out() {
            let by_name = names.named_whole(catalog, &offer);
            let is_left_out = |id: &TaskId| {
                narrowing.leaves_out(catalog.task(*id).phase())
                    && by_name.binary_search(id).is_err()
            };
            left_out = catalog.ids().filter(is_left_out).collect();
            tasks.retain(|id| left_out.binary_search(id).is_err());
        }
        if !narrowing.groups.is_empty() {
            tasks.retain(|id| narrowing.is_in_groups(catalog.task(*id)));
        }
        if ignored_tasks == IgnoredTasks::Only {
            tasks.retain(|id| ignored_by_default.binary_search(id).is_ok());
        }
        Ok(Self {
            filtered_out: number_offered - tasks.len(),
            tasks,
            ignored,
            left_out,
            ignore_prereq: narrowing.ignore_prereq,
        })
    }

    /// Why a task is not meant to run, if it is not.
    pub(crate) fn ignored(&self, id: TaskId) -> Option<&IgnoreReason> {
        let place = self.ignored.binary_search_by_key(&id, |(other, _)| *other);
        place.ok().map(|place| &self.ignored[place].1)
    }

    /// Whether a task that is needed may be pulled in.
    pub(super) fn may_run(&self, id: TaskId) -> bool {
        self.ignored(id).is_none() && self.left_out.binary_search(&id).is_err()
    }
}

fn unknown_groups(catalog: &Catalog, groups: &[GroupName]) -> Vec<PlanError> {
    let known = || {
        let tasks = catalog.ids().map(|id| catalog.task(id));
        tasks.flat_map(|task| task.groups().iter())
    };
    let unknown = groups
        .iter()
        .filter(|group| !known().any(|name| name == group.as_str()));
    let error = |group: &GroupName| PlanError::UnknownGroup {
        nearest: nearest(group.as_str(), known()),
        group: group.clone(),
    };
    unknown.map(error).collect()
}
