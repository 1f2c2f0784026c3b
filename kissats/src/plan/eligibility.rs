//! Which tasks are not meant to run here.

use crate::model::{GlobalParams, Ignore, IgnoreReason, LoadedTask, TaskId, accepts};
use crate::plan::Catalog;
use crate::plan::by_task::ByTask;

/// Why tasks are not meant to run, for those that are not, in order of declaration.
///
/// A task whose prerequisite is not meant to run is not meant to run either. A set-up that is not
/// meant to run is left out, and its members run without it.
pub(super) fn ignored(
    catalog: &Catalog,
    params: &GlobalParams,
    declared_counts: bool,
    ignore_prereq: bool,
) -> Vec<(TaskId, IgnoreReason)> {
    let mut own = Vec::new();
    for &id in catalog.restricted() {
        if let Some(reason) = own_reason(catalog.task(id), params, declared_counts) {
            own.push((id, reason));
        }
    }
    if ignore_prereq || own.is_empty() {
        return own;
    }
    let mut dependents: ByTask<Vec<TaskId>> = ByTask::new(catalog.len());
    for &id in catalog.dependents() {
        for &prereq in catalog.prereqs(id) {
            dependents.push(prereq, id);
        }
    }
    let mut spreading = Vec::with_capacity(own.len());
    let mut reasons = ByTask::new(catalog.len());
    for (id, reason) in own {
        spreading.push(id);
        reasons.insert(id, reason);
    }
    while let Some(id) = spreading.pop() {
        let Some(reason) = reasons.get(id).map(|reason| root(reason, catalog, id)) else {
            continue;
        };
        for dependent in dependents.take(id).unwrap_or_default() {
            if !reasons.contains(dependent) {
                spreading.push(dependent);
                reasons.insert(dependent, reason.clone());
            }
        }
    }
    let reasons = reasons.iter();
    reasons.map(|(id, reason)| (id, reason.clone())).collect()
}

/// Names the task at the end of the chain, not every link.
fn root(reason: &IgnoreReason, catalog: &Catalog, id: TaskId) -> IgnoreReason {
    match reason {
        IgnoreReason::Prerequisite { .. } => reason.clone(),
        own => IgnoreReason::Prerequisite {
            task: catalog.display_name(id),
            reason: Box::new(own.clone()),
        },
    }
}

/// Why a task itself is not meant to run, its prerequisites aside.
pub(crate) fn own_reason(
    task: &LoadedTask,
    params: &GlobalParams,
    declared_counts: bool,
) -> Option<IgnoreReason> {
    if !task.is_restricted() {
        return None;
    }
    let spec = task.spec();
    if let Some(dut) = params.dut()
        && !accepts(&spec.valid_duts, dut.as_str())
    {
        return Some(IgnoreReason::Dut {
            dut: dut.clone(),
            valid: spec.valid_duts.clone(),
        });
    }
    if let Some(ats) = params.ats()
        && !accepts(&spec.valid_ats, ats.as_str())
    {
        return Some(IgnoreReason::Ats {
            ats: ats.clone(),
            valid: spec.valid_ats.clone(),
        });
    }
    match &spec.ignore {
        Ignore::Yes(reason) if declared_counts => Some(IgnoreReason::Declared(reason.clone())),
        Ignore::Yes(_) | Ignore::No => None,
    }
}
