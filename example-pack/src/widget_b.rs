//! Tasks for one device only.
//!
//! The run knows which device it tests: `--dut widget-b`, the variable `KISSATS_DUT`, or what
//! `.config/kissats.toml` says. A task whose `valid_duts` does not name it is shown as ignored, with the reason.

use kissats::prelude::*;

use crate::lab::{self, Done};

/// The second rail of widget-b, which widget-a does not have, draws its current.
#[kiss_task(
    group = "power",
    prereq_tasks = [crate::power::switch_on::rail_comes_up],
    exclusive_resources = ["psu"],
    valid_duts = ["widget-b"],
    stop_suite_on_fail = false,
    est_task_time = 1,
)]
pub fn second_rail_draws_current() -> Done {
    let measured = lab::supply()?.measure_current()?;
    if measured < 0.2 {
        return Err(format!("{measured} A: the second rail is not connected").into());
    }
    Ok(())
}
