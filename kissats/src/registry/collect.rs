//! From declarations to tasks.

use std::collections::BTreeMap;

use crate::model::{Declaration, GlobalParams, LoadedTask, TaskDefaults};
use crate::registry::RegistryError;
use crate::registry::linked_packs::LinkedPacks;
use crate::registry::loader::Loader;
use crate::registry::order::DeclarationOrder;

// What the linker collects: one for every annotated item of every linked crate.
inventory::collect!(Declaration);

/// What the linker collected.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    /// In order of declaration: by pack, file and line.
    pub(super) declarations: Vec<&'static Declaration>,
    packs: LinkedPacks,
}

impl Linked {
    pub(crate) fn gather() -> Self {
        let mut linked = Self::default();
        let mut order = DeclarationOrder::default();
        let mut last = "";
        for declaration in inventory::iter::<Declaration> {
            // Tasks of one pack follow one another.
            let same_pack = declaration.is_of_pack(last);
            if !same_pack {
                last = linked.packs.add(declaration);
            }
            order.add(declaration, same_pack);
        }
        linked.declarations = order.finish();
        linked
    }

    /// Every pack that has tasks here, with its version where that is known.
    pub(crate) fn packs(&self) -> BTreeMap<&'static str, Option<&'static str>> {
        self.packs.by_name()
    }

    /// Every task, in order of declaration.
    pub(crate) fn tasks(
        &self,
        params: &GlobalParams,
        defaults: &TaskDefaults,
    ) -> (Vec<LoadedTask>, Vec<RegistryError>) {
        let mut loader = Loader::new(params, defaults);
        let mut tasks = Vec::with_capacity(self.declarations.len());
        for &declaration in &self.declarations {
            tasks.push(loader.load(declaration));
        }
        (tasks, loader.errors)
    }
}
