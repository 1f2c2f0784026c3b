//! A task that cleans up after itself.
//!
//! `setup` and `teardown` name functions that belong to this one task. Teardown runs when the task
//! has returned; with `always_teardown` it runs even after an error or a panic. Here that matters:
//! a tripped supply would fail every task that comes after.

use kissats::prelude::*;

use crate::lab::{self, Done};
use crate::power::switch_on::rail_comes_up;

/// Too much current switches the output off, and clearing the fault brings it back.
#[kiss_task(
    group = "power",
    prereq_tasks = [rail_comes_up],
    exclusive_resources = ["psu"],
    teardown = recover,
    always_teardown = true,
    stop_suite_on_fail = false,
    est_task_time = 2,
)]
pub fn trips_and_recovers() -> Done {
    let mut supply = lab::supply()?;
    supply.set_load(3.0)?;
    if !supply.is_tripped()? {
        return Err("3 A more than the limit did not trip the supply".into());
    }
    let measured = supply.measure_voltage()?;
    if measured > 0.5 {
        return Err(format!("the supply has tripped and still delivers {measured} V").into());
    }
    match supply.next_error()? {
        Some(_) => Ok(()),
        None => Err("the supply has tripped and reports no error".into()),
    }
}

/// Takes the load away, clears the fault and switches the output on again.
fn recover() -> Done {
    let mut supply = lab::supply()?;
    supply.set_load(0.0)?;
    supply.clear_trip()?;
    supply.set_output(true)?;
    if supply.is_tripped()? {
        return Err("the fault cannot be cleared".into());
    }
    Ok(())
}
