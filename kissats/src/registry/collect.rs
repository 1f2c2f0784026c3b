//! From declarations to tasks.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::model::{Declaration, GlobalParams, LoadedTask, ResolvedTask, TaskDefaults, panic_text};
use crate::registry::RegistryError;
use crate::registry::order::DeclarationOrder;

// What the linker collects: one for every annotated item of every linked crate.
inventory::collect!(Declaration);

/// What the linker collected.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    /// In order of declaration: by pack, file and line.
    pub(super) declarations: Vec<&'static Declaration>,
    packs: Vec<LinkedPack>,
}

#[derive(Debug)]
struct LinkedPack {
    name: &'static str,
    version: Option<&'static str>,
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
                last = linked.add_pack(declaration);
            }
            order.add(declaration, same_pack);
        }
        linked.declarations = order.finish();
        linked
    }

    fn add_pack(&mut self, declaration: &Declaration) -> &'static str {
        let name = declaration.pack();
        if !self.packs.iter().any(|pack| pack.name == name) {
            self.packs.push(LinkedPack {
                name,
                version: declaration.pack_version,
            });
        }
        name
    }

    /// Every pack that has tasks here, with its version where that is known.
    pub(crate) fn packs(&self) -> BTreeMap<&'static str, Option<&'static str>> {
        let packs = self.packs.iter();
        packs.map(|pack| (pack.name, pack.version)).collect()
    }

    /// Every task, in order of declaration.
    ///
    /// A task whose parameters could not be computed is still a task: others may name it, and it is
    /// one mistake.
    pub(crate) fn tasks(
        &self,
        params: &GlobalParams,
        defaults: &TaskDefaults,
    ) -> (Vec<LoadedTask>, Vec<RegistryError>) {
        let defaults = (!defaults.is_empty()).then(|| Arc::new(defaults.clone()));
        let mut tasks = Vec::with_capacity(self.declarations.len());
        let mut errors = Vec::new();
        for &declaration in &self.declarations {
            let task = if declaration.has_params() {
                match compute(declaration, defaults.as_deref(), params) {
                    Ok(task) => LoadedTask::Resolved(Arc::new(task)),
                    Err(error) => {
                        errors.push(error);
                        declared(declaration, &defaults)
                    }
                }
            } else {
                declared(declaration, &defaults)
            };
            tasks.push(task);
        }
        (tasks, errors)
    }
}

fn declared(declaration: &'static Declaration, defaults: &Option<Arc<TaskDefaults>>) -> LoadedTask {
    LoadedTask::Declared {
        declaration,
        defaults: defaults.clone(),
    }
}

/// The task with what its `params` function makes of it.
fn compute(
    declaration: &'static Declaration,
    defaults: Option<&TaskDefaults>,
    params: &GlobalParams,
) -> Result<ResolvedTask, RegistryError> {
    let mut task = ResolvedTask::of(declaration, defaults);
    let name = task.spec.name().clone();
    let spec = Arc::make_mut(&mut task.spec);
    let computed = catch_unwind(AssertUnwindSafe(|| {
        if let Some(compute) = declaration.params() {
            compute(spec, params);
        }
    }));
    if let Err(payload) = computed {
        return Err(RegistryError::ParamsPanicked {
            declared_at: declaration.location(),
            function: declaration.function(),
            message: panic_text(&*payload).to_owned(),
        });
    }
    // What was computed is checked like what was written: a name stays, a group counts once.
    spec.sanitise(&name);
    Ok(task)
}
