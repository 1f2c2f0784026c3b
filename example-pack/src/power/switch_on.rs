//! Resources and their configuration.
//!
//! `exclusive_resources` are held alone while the task runs, `shared_resources` together with other
//! tasks that share them. All of them are reserved at once, or none, and given back on every way out.
//! The task finds in its context which instance it got and how that is configured: by the lab (see
//! `.config/kissats.toml`), and by what the task itself asks for with `resource_configs`.

use kissats::prelude::*;

use crate::lab::{self, Done};

/// The rail comes up at its nominal voltage.
#[kiss_task(
    groups = ["smoke", "power"],
    exclusive_resources = ["psu"],
    shared_resources = ["lab_net"],
    resource_configs = { "psu": { "amps": 1.5 } },
    est_task_time = 2,
)]
pub fn rail_comes_up(cx: &TaskContext) -> Done {
    let psu = cx.resource("psu").ok_or("the task holds psu")?;
    let volts = psu.config["volts"]
        .as_f64()
        .ok_or("the lab says how many volts")?;
    let amps = psu.config["amps"]
        .as_f64()
        .ok_or("the task says how many amps")?;

    let mut supply = lab::supply()?;
    supply.set_voltage(volts)?;
    supply.set_current_limit(amps)?;
    supply.set_output(true)?;

    let measured = supply.measure_voltage()?;
    if (measured - volts).abs() > 0.1 {
        return Err(format!(
            "{} delivers {measured} V instead of {volts} V",
            psu.instance
        )
        .into());
    }
    Ok(())
}
