//! One task by its name, for a worker that is told everything else.

use std::sync::Arc;

use crate::model::{ResolvedTask, TaskSpec};
use crate::registry::Linked;

/// The linked task of this name, with parameters that were computed elsewhere.
pub(crate) fn find(pack: &str, spec: &TaskSpec) -> Option<Arc<ResolvedTask>> {
    let linked = Linked::gather();
    let mut declarations = linked.declarations.into_iter();
    let declaration = declarations.find(|declaration| {
        declaration.pack() == pack && declaration.task_name() == *spec.name()
    })?;
    let mut task = ResolvedTask::of(declaration, None);
    task.spec = Arc::new(spec.clone());
    Some(Arc::new(task))
}
