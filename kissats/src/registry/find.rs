//! One task by its name, for a worker that is told everything else.

use std::sync::Arc;

use crate::model::{Bodies, LoadedTask, Location, PackName, TaskSpec};
use crate::registry::Linked;
use crate::registry::collect::{name_of, pack_of};

/// The linked task of this name, with parameters that were computed elsewhere.
pub(crate) fn find(pack: &str, spec: &TaskSpec) -> Option<LoadedTask> {
    let linked = Linked::gather();
    let mut declarations = linked.declarations.into_iter();
    let declaration = declarations.find(|declaration| {
        pack_of(declaration.module) == pack && name_of(declaration) == spec.name().as_str()
    })?;
    Some(LoadedTask {
        pack: PackName::new(pack).ok()?,
        module: declaration.module,
        function: declaration.function,
        declared_at: Location::new(declaration.file, declaration.line),
        spec: Arc::new(spec.clone()),
        bodies: Bodies::Functions {
            main: declaration.main,
            setup: declaration.setup,
            teardown: declaration.teardown,
        },
    })
}
