//! The words of the command line that choose tasks by name.

use crate::model::{TaskId, nearest};
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

/// The names that one task answers to.
pub(crate) struct NamesOfTask<'a> {
    shown: String,
    path: &'a str,
    path_in_pack: &'a str,
}

impl<'a> NamesOfTask<'a> {
    pub(crate) fn new(catalog: &'a Catalog, id: TaskId) -> Self {
        let task = catalog.task(id);
        Self {
            shown: shown_name(catalog, id),
            path: catalog.display_name(id).as_str(),
            path_in_pack: task.spec.name().as_str(),
        }
    }

    fn is(&self, text: &str) -> bool {
        text == self.shown || text == self.path || text == self.path_in_pack
    }
}

/// A task as lists and reports show it: its groups in brackets, then its name.
pub(crate) fn shown_name(catalog: &Catalog, id: TaskId) -> String {
    let groups = &catalog.task(id).spec.groups;
    let mut shown = String::new();
    for group in groups {
        shown.push('[');
        shown.push_str(group.as_str());
        shown.push(']');
    }
    if !groups.is_empty() {
        shown.push(' ');
    }
    shown.push_str(catalog.display_name(id).as_str());
    shown
}

impl NameFilter {
    pub(crate) fn matches(&self, names: &NamesOfTask<'_>) -> bool {
        let hit = |pattern: &String| {
            if self.exact {
                names.is(pattern)
            } else {
                names.shown.contains(pattern.as_str())
            }
        };
        (self.patterns.is_empty() || self.patterns.iter().any(hit)) && !self.skips.iter().any(hit)
    }

    /// Whether one of the patterns is the whole name of a task, with or without `--exact`.
    pub(crate) fn names_whole(&self, names: &NamesOfTask<'_>) -> bool {
        self.patterns.iter().any(|pattern| names.is(pattern))
    }

    /// With `--exact`, a pattern that is no task's name is an error: nextest would take the empty
    /// run that follows for a pass.
    pub(crate) fn unknown_exact_names(&self, catalog: &Catalog) -> Vec<PlanError> {
        if !self.exact {
            return Vec::new();
        }
        let unknown = |pattern: &&String| {
            !catalog
                .ids()
                .any(|id| NamesOfTask::new(catalog, id).is(pattern))
        };
        let error = |pattern: &String| PlanError::UnknownExactName {
            nearest: nearest(
                pattern,
                catalog.ids().map(|id| catalog.display_name(id).to_string()),
            ),
            name: pattern.clone(),
        };
        self.patterns.iter().filter(unknown).map(error).collect()
    }
}
