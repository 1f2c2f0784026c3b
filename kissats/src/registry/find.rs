//! One task by its name, for a worker that is told everything else.

use std::sync::Arc;

use crate::model::{Declaration, ResolvedTask, TaskSpec, name_hash};

/// The linked task of this name, with parameters that were computed elsewhere.
pub(crate) fn find(pack: &str, spec: &TaskSpec) -> Option<Arc<ResolvedTask>> {
    let hash = name_hash(&format!("{pack}::{}", spec.name()));
    let mut declarations = inventory::iter::<Declaration>.into_iter();
    // A worker may do this for one task among very many: no list, no order, and few names are compared.
    let declaration = declarations.find(|declaration| {
        declaration.name.hash == hash
            && declaration.pack() == pack
            && declaration.task_name() == *spec.name()
    })?;
    let mut task = ResolvedTask::of(declaration, None);
    task.spec = Arc::new(spec.clone());
    Some(Arc::new(task))
}
