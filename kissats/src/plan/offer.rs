//! The tasks that there are to choose from.

use crate::model::TaskId;
use crate::plan::Catalog;

/// The tasks of some of the packs.
#[derive(Debug)]
pub(super) struct Offer<'a> {
    catalog: &'a Catalog,
    packs: Vec<&'a str>,
}

impl<'a> Offer<'a> {
    pub(super) fn new(catalog: &'a Catalog, is_offered: impl Fn(&str) -> bool) -> Self {
        let packs = catalog.packs().iter().map(String::as_str);
        Self {
            catalog,
            packs: packs.filter(|pack| is_offered(pack)).collect(),
        }
    }

    pub(super) fn contains(&self, id: TaskId) -> bool {
        self.is_everything() || self.packs.contains(&self.catalog.task(id).pack())
    }

    pub(super) fn len(&self) -> usize {
        if self.is_everything() {
            self.catalog.len()
        } else {
            self.ids().count()
        }
    }

    /// In order of declaration.
    pub(super) fn ids(&self) -> impl Iterator<Item = TaskId> {
        self.catalog.ids().filter(|id| self.contains(*id))
    }

    fn is_everything(&self) -> bool {
        self.packs.len() == self.catalog.packs().len()
    }
}
