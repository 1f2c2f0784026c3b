//! The tasks that there are to choose from.

use crate::model::TaskId;
use crate::plan::{Catalog, PackSize};

/// The tasks of some of the packs.
#[derive(Debug)]
pub(super) struct Offer<'a> {
    catalog: &'a Catalog,
    packs: Vec<&'a PackSize>,
}

impl<'a> Offer<'a> {
    pub(super) fn new(catalog: &'a Catalog, is_offered: impl Fn(&str) -> bool) -> Self {
        let packs = catalog.packs().iter();
        Self {
            catalog,
            packs: packs.filter(|size| is_offered(&size.pack)).collect(),
        }
    }

    pub(super) fn contains(&self, id: TaskId) -> bool {
        self.is_everything() || {
            let pack = self.catalog.task(id).pack();
            self.packs.iter().any(|offered| offered.pack == pack)
        }
    }

    /// How many there are, with those that the catalog does not look at.
    pub(super) fn len(&self) -> usize {
        self.packs.iter().map(|size| size.tasks).sum()
    }

    /// In order of declaration.
    pub(super) fn ids(&self) -> impl Iterator<Item = TaskId> {
        self.catalog.ids().filter(|id| self.contains(*id))
    }

    fn is_everything(&self) -> bool {
        self.packs.len() == self.catalog.packs().len()
    }
}
