//! Tasks that ask for what nobody has.

use crate::model::{ResourceName, nearest};
use crate::plan::{Catalog, PlanError, RunPlan};

/// Every planned task that asks for a resource which is not among the declared ones.
pub(crate) fn undeclared(
    catalog: &Catalog,
    plan: &RunPlan,
    declared: &[&ResourceName],
) -> Vec<PlanError> {
    let asking = plan.steps().filter(|(_, task)| task.task.needs_resources());
    let of_task = asking.flat_map(|(_, task)| {
        let needs = task.task.needs().into_iter();
        let unknown = needs.filter(|need| !declared.contains(&&need.resource));
        unknown.map(|need| PlanError::UndeclaredResource {
            declared_at: catalog.task(task.id).declared_at(),
            task: task.name.clone(),
            nearest: nearest(
                need.resource.as_str(),
                declared.iter().map(|name| name.as_str()),
            ),
            resource: need.resource,
        })
    });
    of_task.collect()
}
