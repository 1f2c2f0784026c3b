//! The order of the pack's own, in the resource modes with the word `custom`.

use crate::model::{Phase, TaskId};
use crate::plan::{Catalog, PlannedTask, RunPlan, Selection, Why};
use crate::queue::{QueuedTask, ScheduleError, Scheduler, check_order};

/// The plan with its tests in the order that the scheduler gives them.
pub(super) fn in_own_order(
    catalog: &Catalog,
    selection: &Selection,
    plan: &RunPlan,
    scheduler: Option<&mut (dyn Scheduler + 'static)>,
) -> Result<RunPlan, ScheduleError> {
    let scheduler = scheduler.ok_or(ScheduleError::Missing)?;
    let steps = plan.steps().map(|(_, task)| task);
    let tests: Vec<&PlannedTask> = steps
        .filter(|task| task.task.phase() == Phase::Test)
        .collect();
    let queue: Vec<QueuedTask> = tests.iter().map(|task| queued(plan, task)).collect();
    let order = scheduler.schedule(&queue);
    check_order(&queue, &order)?;
    let tests: Vec<TaskId> = order.iter().map(|&place| tests[place].id).collect();
    Ok(RunPlan::with_tests(catalog, selection, &tests))
}

fn queued(plan: &RunPlan, task: &PlannedTask) -> QueuedTask {
    let prereqs = task
        .requires
        .iter()
        .filter(|on| on.why == Why::Prerequisite);
    QueuedTask {
        entry: task.id.position() as u64,
        name: task.name.clone(),
        task: task.task.resolve(),
        prereqs: prereqs.map(|on| plan.task(on.on).name.clone()).collect(),
    }
}
