//! The few tasks that a run of named tasks is about.

use crate::model::{GlobalParams, LoadedTask, Phase, Prereq, TaskDefaults};
use crate::registry::collect::{Linked, in_order, resolve};
use crate::registry::{Declaration, RegistryError};

/// Beyond so many links, or so many names at once, looking at everything is no dearer.
const FEW: usize = 16;

/// A declaration and what became of it.
type Taken = (
    &'static Declaration,
    (Option<LoadedTask>, Option<RegistryError>),
);

impl Linked {
    /// The tasks that may be called so, and all that may have to run with them: what they need, and
    /// every set-up and teardown. A few too many, but none is missing. The rest is not looked into.
    ///
    /// `None` if a name is no task's, or if there is too much to look for.
    pub(crate) fn named(
        &self,
        names: &[String],
        params: &GlobalParams,
        defaults: &TaskDefaults,
    ) -> Option<(Vec<LoadedTask>, Vec<RegistryError>)> {
        if names.is_empty() || names.len() > FEW {
            return None;
        }
        let mut is_found = vec![false; names.len()];
        let mut open = Vec::new();
        let mut rest = Vec::with_capacity(self.declarations.len());
        for &task in &self.declarations {
            // Computed parameters may make a set-up of it, or put it into a group.
            let mut is_taken = task.params.is_some() || task.phase != Phase::Test;
            for (name, is_found) in names.iter().zip(&mut is_found) {
                if is_suffix(last_name(task), name) {
                    (is_taken, *is_found) = (true, true);
                }
            }
            if is_taken { &mut open } else { &mut rest }.push(task);
        }
        if is_found.contains(&false) {
            return None;
        }
        let mut taken: Vec<Taken> = Vec::new();
        for _ in 0..FEW {
            let start = taken.len();
            let resolved = open.drain(..);
            taken.extend(resolved.map(|task| (task, resolve(task, params, defaults))));
            let new = taken[start..]
                .iter()
                .filter_map(|(_, (task, _))| task.as_ref());
            let needs: Vec<Prereq> = new
                .flat_map(|task| task.spec.prereq_tasks.clone())
                .collect();
            if needs.is_empty() {
                taken.sort_by(|(one, _), (other, _)| in_order(one, other));
                let (tasks, errors): (Vec<_>, Vec<_>) =
                    taken.into_iter().map(|(_, resolved)| resolved).unzip();
                return Some((
                    tasks.into_iter().flatten().collect(),
                    errors.into_iter().flatten().collect(),
                ));
            }
            if needs.len() > FEW {
                return None;
            }
            rest.retain(|task| {
                let is_needed = needs.iter().any(|prereq| may_mean(prereq, task));
                open.extend(is_needed.then_some(*task));
                !is_needed
            });
        }
        None
    }
}

/// What the name of a task ends with, however many modules, packs and groups stand before it.
fn last_name(task: &Declaration) -> &'static str {
    task.name.unwrap_or(task.function)
}

fn may_mean(prereq: &Prereq, task: &Declaration) -> bool {
    match prereq {
        Prereq::Function { module, function } => {
            task.function == *function && task.module == *module
        }
        Prereq::Named(name) => is_suffix(last_name(task), name),
    }
}

fn is_suffix(end: &str, name: &str) -> bool {
    name.as_bytes().ends_with(end.as_bytes())
}
