//! The words of the command line that choose tasks by name.

use crate::model::{TaskGroups, TaskId, name_hash, nearest};
use crate::plan::offer::Offer;
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
    show_name(catalog, id, &mut shown);
    shown
}

/// Adds the shown name of a task to a text.
pub(crate) fn show_name(catalog: &Catalog, id: TaskId, shown: &mut String) {
    show(
        catalog.task(id).groups(),
        catalog.display_name(id).as_str(),
        shown,
    );
}

/// The same of a task with these groups and this name.
pub(super) fn show(groups: TaskGroups<'_>, name: &str, shown: &mut String) {
    let mut length = name.len() + 1;
    let mut at = 0;
    while at < groups.len() {
        length += groups.name(at).len() + 2;
        at += 1;
    }
    shown.reserve(length);
    at = 0;
    while at < groups.len() {
        shown.push('[');
        shown.push_str(groups.name(at));
        shown.push(']');
        at += 1;
    }
    if at > 0 {
        shown.push(' ');
    }
    shown.push_str(name);
}

impl NameFilter {
    /// Whether it names tasks one by one, so that no others need to be looked at.
    pub(crate) fn is_of_names(&self) -> bool {
        self.exact && !self.patterns.is_empty()
    }

    /// Of what tasks of this pack may be called, the pack in front, to be meant by one of the whole names: the
    /// hashes.
    pub(crate) fn hashes_in(&self, pack: &str) -> Vec<u32> {
        let mut hashes = Vec::new();
        for name in self.patterns.iter().chain(&self.skips) {
            let path = path_of(name);
            for text in [name, path] {
                hashes.push(name_hash(text));
                hashes.push(name_hash(&format!("{pack}::{text}")));
            }
        }
        hashes
    }

    /// The wanted ones of those on offer, in order.
    ///
    /// # Errors
    /// With `--exact`, every pattern that is no task's name: nextest would take the empty run that
    /// follows for a pass.
    pub(super) fn choose(
        &self,
        catalog: &Catalog,
        offer: &Offer<'_>,
    ) -> Result<Vec<TaskId>, Vec<PlanError>> {
        if self.exact {
            return self.choose_exactly(catalog, offer);
        }
        if self.patterns.is_empty() && self.skips.is_empty() {
            return Ok(offer.ids().collect());
        }
        let mut shown = String::new();
        let mut is_wanted = |id: &TaskId| {
            shown.clear();
            show_name(catalog, *id, &mut shown);
            let hit = |pattern: &String| shown.contains(pattern.as_str());
            (self.patterns.is_empty() || self.patterns.iter().any(hit))
                && !self.skips.iter().any(hit)
        };
        Ok(offer.ids().filter(|id| is_wanted(id)).collect())
    }

    /// The tasks whose whole name is one of the patterns, with or without `--exact`; in order of
    /// declaration.
    pub(super) fn named_whole(&self, catalog: &Catalog, offer: &Offer<'_>) -> Vec<TaskId> {
        all_called(catalog, offer, &self.patterns)
    }

    fn choose_exactly(
        &self,
        catalog: &Catalog,
        offer: &Offer<'_>,
    ) -> Result<Vec<TaskId>, Vec<PlanError>> {
        let skipped = all_called(catalog, offer, &self.skips);
        let mut errors = Vec::new();
        let mut wanted = Vec::new();
        for name in &self.patterns {
            let found = called(catalog, offer, name);
            if found.is_empty() {
                let names = offer.ids().map(|id| catalog.display_name(id).to_string());
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
        if self.patterns.is_empty() {
            wanted = offer.ids().collect();
        } else {
            put_in_order(&mut wanted);
        }
        wanted.retain(|id| skipped.binary_search(id).is_err());
        Ok(wanted)
    }
}

/// The tasks of these names, in order of declaration.
fn all_called(catalog: &Catalog, offer: &Offer<'_>, names: &[String]) -> Vec<TaskId> {
    let mut found = Vec::new();
    for name in names {
        found.extend(called(catalog, offer, name));
    }
    put_in_order(&mut found);
    found
}

/// In order of declaration, each of them once.
pub(super) fn put_in_order(tasks: &mut Vec<TaskId>) {
    tasks.sort_unstable();
    tasks.dedup();
}

/// The tasks of this name: as it is shown, as it is without its groups, or, where several packs
/// stand in front of their names and no other task is called so, as it is in its own pack.
fn called(catalog: &Catalog, offer: &Offer<'_>, name: &str) -> Vec<TaskId> {
    let path = path_of(name);
    let is_meant =
        |id: &TaskId| offer.contains(*id) && (name == path || shown_name(catalog, *id) == name);
    let mut found: Vec<TaskId> = catalog.displayed_as(path).into_iter().collect();
    if name != path {
        // A name given by hand may hold what ends the groups of another.
        found.extend(catalog.displayed_as(name));
    }
    found.retain(is_meant);
    if found.is_empty() {
        found = catalog.called(path).into_iter().filter(is_meant).collect();
    }
    found
}

/// A name as it is shown without its groups.
fn path_of(name: &str) -> &str {
    name.rsplit_once("] ").map_or(name, |(_, path)| path)
}
