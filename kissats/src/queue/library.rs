//! The tasks that a pack finds by name.

use std::sync::Arc;

use crate::model::{GroupName, LoadedTask, PackName, Phase, Prereq, TaskId, TaskName, nearest};
use crate::plan::Catalog;

/// A task of the library: itself, its name, and what it needs.
pub(crate) struct Found {
    pub(crate) name: TaskName,
    pub(crate) task: LoadedTask,
    pub(crate) prereqs: Arc<[TaskName]>,
}

/// The linked tasks by name; empty where a program brings all its tasks itself.
#[derive(Debug, Default)]
pub(crate) struct Library {
    catalog: Option<Catalog>,
    /// Whose groups there are, and whose tasks need no pack in front of their names; `None` for all.
    package: Option<PackName>,
}

impl Library {
    pub(crate) fn new(catalog: Catalog) -> Self {
        Self {
            catalog: Some(catalog),
            package: None,
        }
    }

    /// The same for the pack `package`. Tasks of other packs are found by their full names.
    pub(crate) fn of_package(mut self, package: Option<PackName>) -> Self {
        self.package = package;
        self
    }

    fn id_of(&self, name: &str) -> Option<TaskId> {
        let catalog = self.catalog.as_ref()?;
        let of_package = self.package.as_ref().and_then(|package| {
            let full_name = format!("{package}::{name}");
            catalog.displayed_as(&full_name)
        });
        of_package.or_else(|| catalog.displayed_as(name))
    }

    fn is_of_package(&self, task: &LoadedTask) -> bool {
        let package = self.package.as_ref();
        package.is_none_or(|package| package == task.pack())
    }

    pub(crate) fn find(&self, name: &str) -> Option<Found> {
        let catalog = self.catalog.as_ref()?;
        let id = self.id_of(name)?;
        let prereqs = catalog.prereqs(id).iter();
        Some(Found {
            name: catalog.display_name(id),
            task: catalog.task(id).clone(),
            prereqs: prereqs
                .map(|&prereq| catalog.display_name(prereq))
                .collect(),
        })
    }

    /// The name of what a task that is not in the library calls its prerequisite.
    pub(crate) fn name_of(&self, prereq: &Prereq) -> Option<TaskName> {
        match prereq {
            Prereq::Named(name) => match self.find(name) {
                Some(found) => Some(found.name),
                None => TaskName::new(name).ok(),
            },
            Prereq::Function { path } => {
                let catalog = self.catalog.as_ref()?;
                catalog.of_path(path).map(|id| catalog.display_name(id))
            }
        }
    }

    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        let catalog = self.catalog.as_ref()?;
        let names = catalog.ids().map(|id| catalog.display_name(id).to_string());
        nearest(name, names)
    }

    /// The tasks of one phase that belong to `group`, or to none, in the order in which they run.
    pub(crate) fn of_group(&self, group: Option<&str>, phase: Phase) -> Vec<TaskName> {
        let Some(catalog) = &self.catalog else {
            return Vec::new();
        };
        let groups = catalog.groups();
        let ids: &[TaskId] = match (group, phase) {
            (None, Phase::Setup) => &groups.global_setups,
            (None, Phase::Teardown) => &groups.global_teardowns,
            (None, Phase::Test) => &[],
            (Some(group), Phase::Setup) => groups.setups.get(group).map_or(&[], Vec::as_slice),
            (Some(group), Phase::Test) => catalog.tests_of(group),
            (Some(group), Phase::Teardown) => {
                groups.teardowns.get(group).map_or(&[], Vec::as_slice)
            }
        };
        ids.iter()
            .filter(|id| self.is_of_package(catalog.task(**id)))
            .map(|&id| catalog.display_name(id))
            .collect()
    }

    /// All groups that a task belongs to.
    pub(crate) fn groups(&self) -> Vec<GroupName> {
        let Some(catalog) = &self.catalog else {
            return Vec::new();
        };
        let groups = catalog.groups();
        let mut names: Vec<GroupName> =
            [&groups.setups, catalog.tests_by_group(), &groups.teardowns]
                .into_iter()
                .flatten()
                .filter(|(_, ids)| {
                    let mut tasks = ids.iter().map(|id| catalog.task(*id));
                    tasks.any(|task| self.is_of_package(task))
                })
                .map(|(name, _)| name.clone())
                .collect();
        names.sort();
        names.dedup();
        names
    }
}
