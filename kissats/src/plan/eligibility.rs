//! Which tasks are not meant to run here.

use crate::model::{GlobalParams, Ignore, IgnoreReason, TaskId, TaskSpec};
use crate::plan::Catalog;

/// For every task of the catalog, why it is not meant to run; `None` if it is.
///
/// A task whose prerequisite is not meant to run is not meant to run either. A set-up that is not
/// meant to run is left out, and its members run without it.
pub(super) fn ignored(
    catalog: &Catalog,
    params: &GlobalParams,
    declared_counts: bool,
    ignore_prereq: bool,
) -> Vec<Option<IgnoreReason>> {
    let own = |id: TaskId| own_reason(&catalog.task(id).spec, params, declared_counts);
    let mut reasons: Vec<Option<IgnoreReason>> = catalog.ids().map(own).collect();
    let mut dependents: Vec<Vec<TaskId>> = vec![Vec::new(); catalog.len()];
    for id in catalog.ids() {
        for prereq in catalog.prereqs(id) {
            dependents[prereq.position()].push(id);
        }
    }
    let mut spreading: Vec<TaskId> = catalog
        .ids()
        .filter(|id| reasons[id.position()].is_some())
        .collect();
    if ignore_prereq {
        return reasons;
    }
    while let Some(id) = spreading.pop() {
        for dependent in std::mem::take(&mut dependents[id.position()]) {
            if reasons[dependent.position()].is_some() {
                continue;
            }
            let reason = root(reasons[id.position()].as_ref(), catalog, id);
            reasons[dependent.position()] = reason;
            spreading.push(dependent);
        }
    }
    reasons
}

/// Names the task at the end of the chain, not every link.
fn root(reason: Option<&IgnoreReason>, catalog: &Catalog, id: TaskId) -> Option<IgnoreReason> {
    reason.map(|reason| match reason {
        IgnoreReason::Prerequisite { .. } => reason.clone(),
        own => IgnoreReason::Prerequisite {
            task: catalog.display_name(id).clone(),
            reason: Box::new(own.clone()),
        },
    })
}

/// Why a task itself is not meant to run, its prerequisites aside.
pub(crate) fn own_reason(
    spec: &TaskSpec,
    params: &GlobalParams,
    declared_counts: bool,
) -> Option<IgnoreReason> {
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

/// Names are compared to the letter, the word `any` in any case.
fn accepts(valid: &[String], name: &str) -> bool {
    valid
        .iter()
        .any(|word| word == name || word.eq_ignore_ascii_case("any"))
}
