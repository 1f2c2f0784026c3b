//! Prerequisites, limits and measured values.
//!
//! `prereq_tasks` names the functions of other tasks; the compiler knows them, so a typo does not
//! build. Whoever runs this task runs those first, and if one fails, this one is blocked.
//!
//! A task that measures returns a `TaskReturn`: a verdict, a line for people, and the values.

use std::error::Error;

use kissats::prelude::*;

use crate::lab;
use crate::power::switch_on::rail_comes_up;

/// The lowest voltage at which the device is sure to work.
const LOWEST: f64 = 11.4;

/// The 12 V rail stays inside its limits under load.
#[kiss_task(
    group = "power",
    prereq_tasks = [rail_comes_up],
    exclusive_resources = ["psu"],
    stop_suite_on_fail = false,
    est_task_time = 2,
)]
pub fn rail_holds() -> Result<TaskReturn, Box<dyn Error>> {
    let mut supply = lab::supply()?;
    let without_load = supply.measure_voltage()?;
    supply.set_load(0.8)?;
    let under_load = supply.measure_voltage()?;
    supply.set_load(0.0)?;

    let answer = if under_load < LOWEST {
        TaskReturn::failed(format!(
            "{under_load} V under load, expected at least {LOWEST} V"
        ))
    } else if under_load >= without_load {
        TaskReturn::failed("the load makes no difference: is it connected?")
    } else {
        TaskReturn::passed().with_message(format!("{under_load} V under load"))
    };
    Ok(answer
        .with_metadata("without_load", without_load)
        .with_metadata("under_load", under_load))
}
