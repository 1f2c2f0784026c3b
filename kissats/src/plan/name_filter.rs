//! The words of the command line that choose tasks by name.

use std::collections::BTreeSet;

use crate::model::{GroupName, TaskId, TaskName, nearest};
use crate::plan::{Catalog, PlanError};

/// Which names are wanted, in the sense of libtest: any of the patterns and none of the skips.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameFilter {
    /// Wanted is what matches one of them; everything if there is none.
    pub(crate) patterns: Vec<String>,
    /// Not wanted is what matches one of them.
    pub(crate) skips: Vec<String>,
    /// Compare whole names instead of looking for a part.
    pub(crate) exact: bool,
}

/// A task as lists and reports show it: its groups in brackets, then its name.
pub(crate) fn shown_name(catalog: &Catalog, id: TaskId) -> String {
    shown(&catalog.task(id).spec.groups, catalog.display_name(id))
}

/// The same of a task with these groups and this name.
pub(super) fn shown(groups: &[GroupName], name: &TaskName) -> String {
    let mut shown = String::new();
    for group in groups {
        shown.push('[');
        shown.push_str(group.as_str());
        shown.push(']');
    }
    if !groups.is_empty() {
        shown.push(' ');
    }
    shown.push_str(name.as_str());
    shown
}

impl NameFilter {
    /// The wanted ones among `offered`, in order.
    ///
    /// # Errors
    /// With `--exact`, every pattern that is no task's name: nextest would take the empty run that
    /// follows for a pass.
    pub(super) fn choose(
        &self,
        catalog: &Catalog,
        offered: Vec<TaskId>,
    ) -> Result<Vec<TaskId>, Vec<PlanError>> {
        if self.exact {
            return self.choose_exactly(catalog, offered);
        }
        if self.patterns.is_empty() && self.skips.is_empty() {
            return Ok(offered);
        }
        let wanted = |id: &TaskId| {
            let shown = shown_name(catalog, *id);
            let hit = |pattern: &String| shown.contains(pattern.as_str());
            (self.patterns.is_empty() || self.patterns.iter().any(hit))
                && !self.skips.iter().any(hit)
        };
        Ok(offered.into_iter().filter(wanted).collect())
    }

    /// The tasks whose whole name is one of the patterns, with or without `--exact`.
    pub(super) fn named_whole(&self, catalog: &Catalog, offered: &[TaskId]) -> BTreeSet<TaskId> {
        let patterns = self.patterns.iter();
        patterns
            .flat_map(|name| called(catalog, offered, name))
            .collect()
    }

    fn choose_exactly(
        &self,
        catalog: &Catalog,
        offered: Vec<TaskId>,
    ) -> Result<Vec<TaskId>, Vec<PlanError>> {
        let skipped: BTreeSet<TaskId> = self
            .skips
            .iter()
            .flat_map(|name| called(catalog, &offered, name))
            .collect();
        let mut errors = Vec::new();
        let mut wanted = BTreeSet::new();
        for name in &self.patterns {
            let found = called(catalog, &offered, name);
            if found.is_empty() {
                let names = offered
                    .iter()
                    .map(|&id| catalog.display_name(id).to_string());
                errors.push(PlanError::UnknownExactName {
                    nearest: nearest(name, names),
                    name: name.clone(),
                });
            }
            wanted.extend(found);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let all = self.patterns.is_empty();
        let chosen = |id: &TaskId| (all || wanted.contains(id)) && !skipped.contains(id);
        Ok(offered.into_iter().filter(chosen).collect())
    }
}

/// The tasks of this name: as it is shown, as it is without its groups, or, where several packs
/// stand in front of their names and no other task is called so, as it is in its own pack.
fn called(catalog: &Catalog, offered: &[TaskId], name: &str) -> Vec<TaskId> {
    // Building the shown name of every task only to compare it would cost more than the run of one.
    let path = name.rsplit_once("] ").map_or(name, |(_, path)| path);
    let is_shown = |id: &TaskId| name == path || shown_name(catalog, *id) == name;
    let of_path = |is: &dyn Fn(TaskId) -> bool| -> Vec<TaskId> {
        offered
            .iter()
            .copied()
            .filter(|id| is(*id) && is_shown(id))
            .collect()
    };
    let found =
        of_path(&|id| *catalog.display_name(id) == *path || *catalog.display_name(id) == *name);
    if found.is_empty() {
        of_path(&|id| *catalog.task(id).spec.name() == *path)
    } else {
        found
    }
}
