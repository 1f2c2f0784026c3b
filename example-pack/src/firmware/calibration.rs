//! A task that skips itself.
//!
//! Some things are only known when the task runs. A task that returns `Skipped` is shown as ignored,
//! with its reason; tasks that need it may run.

use kissats::prelude::*;

/// The calibration of the device is younger than a year.
#[kiss_task(groups = ["firmware", "nightly"], optional_param_keys = ["calibrated"], est_task_time = 1)]
pub fn is_recent(cx: &TaskContext) -> Result<TaskReturn, Box<dyn std::error::Error>> {
    let Some(days) = cx.params().get::<u32>("calibrated")? else {
        return Ok(TaskReturn::skipped(
            "say how many days ago with `--param calibrated=DAYS`",
        ));
    };
    if days > 365 {
        return Ok(TaskReturn::failed(format!(
            "calibrated {days} days ago, expected at most 365"
        )));
    }
    Ok(TaskReturn::passed())
}
