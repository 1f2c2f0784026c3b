//! The words of the command line that choose tasks by name.

use crate::model::TaskId;
use crate::plan::catalog::nearest;
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
    let mut shown = String::new();
    push_shown_name(catalog, id, &mut shown);
    shown
}

/// Writes [`shown_name`] behind what stands in `text`.
pub(crate) fn push_shown_name(catalog: &Catalog, id: TaskId, text: &mut String) {
    let groups = &catalog.task(id).spec.groups;
    for group in groups {
        text.push('[');
        text.push_str(group.as_str());
        text.push(']');
    }
    if !groups.is_empty() {
        text.push(' ');
    }
    text.push_str(catalog.display_name(id).as_str());
}

/// Whether `text` is one of the names that the task answers to.
fn is_name_of(text: &str, catalog: &Catalog, id: TaskId) -> bool {
    text == catalog.display_name(id).as_str()
        || text == catalog.task(id).spec.name().as_str()
        // No name starts with a bracket, so only the groups can.
        || (text.starts_with('[') && text == shown_name(catalog, id))
}

impl NameFilter {
    pub(crate) fn matches(&self, catalog: &Catalog, id: TaskId) -> bool {
        if self.patterns.is_empty() && self.skips.is_empty() {
            return true;
        }
        let chosen = |hit: &dyn Fn(&String) -> bool| {
            (self.patterns.is_empty() || self.patterns.iter().any(hit))
                && !self.skips.iter().any(hit)
        };
        if self.exact {
            chosen(&|pattern| is_name_of(pattern, catalog, id))
        } else {
            let shown = shown_name(catalog, id);
            chosen(&|pattern| shown.contains(pattern.as_str()))
        }
    }

    /// With `--exact`, a pattern that is no task's name is an error: nextest would take the empty
    /// run that follows for a pass.
    pub(crate) fn unknown_exact_names(&self, catalog: &Catalog) -> Vec<PlanError> {
        if !self.exact {
            return Vec::new();
        }
        let unknown = |pattern: &&String| !catalog.ids().any(|id| is_name_of(pattern, catalog, id));
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
