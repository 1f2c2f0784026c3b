//! Which tasks are not meant to run here.

use std::collections::BTreeMap;

use crate::model::{GlobalParams, Ignore, IgnoreReason, LoadedTask, TaskId, accepts};
use crate::plan::Catalog;

/// Why tasks are not meant to run, for those that are not.
///
/// A task whose prerequisite is not meant to run is not meant to run either. A set-up that is not
/// meant to run is left out, and its members run without it.
pub(super) fn ignored(
    catalog: &Catalog,
    params: &GlobalParams,
    declared_counts: bool,
    ignore_prereq: bool,
) -> BTreeMap<TaskId, IgnoreReason> {
    let mut reasons = BTreeMap::new();
    for &id in catalog.restricted() {
        if let Some(reason) = own_reason(catalog.task(id), params, declared_counts) {
            reasons.insert(id, reason);
        }
    }
    if ignore_prereq || reasons.is_empty() {
        return reasons;
    }
    let mut dependents: BTreeMap<TaskId, Vec<TaskId>> = BTreeMap::new();
    for &id in catalog.dependents() {
        for &prereq in catalog.prereqs(id) {
            dependents.entry(prereq).or_default().push(id);
        }
    }
    let mut spreading: Vec<TaskId> = reasons.keys().copied().collect();
    while let Some(id) = spreading.pop() {
        let Some(reason) = reasons.get(&id).map(|reason| root(reason, catalog, id)) else {
            continue;
        };
        for dependent in dependents.remove(&id).unwrap_or_default() {
            reasons.entry(dependent).or_insert_with(|| {
                spreading.push(dependent);
                reason.clone()
            });
        }
    }
    reasons
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
