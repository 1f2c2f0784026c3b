//! The packs whose tasks are linked.

use std::collections::BTreeMap;

use crate::model::Declaration;

/// Every pack that has tasks here, with its version where that is known.
#[derive(Debug, Default)]
pub(super) struct LinkedPacks(Vec<(&'static str, Option<&'static str>)>);

impl LinkedPacks {
    /// Adds the pack of a task, and returns its name.
    pub(super) fn add(&mut self, declaration: &Declaration) -> &'static str {
        let name = declaration.pack();
        if !self.0.iter().any(|(known, _)| *known == name) {
            self.0.push((name, declaration.pack_version));
        }
        name
    }

    pub(super) fn by_name(&self) -> BTreeMap<&'static str, Option<&'static str>> {
        self.0.iter().copied().collect()
    }
}
