//! Prerequisites in another file, and time limits.
//!
//! `timeout` counts from when the task's own code starts: waiting for a resource is not running. A
//! task that runs longer has failed, and the run goes on without it.

use std::time::Duration;

use kissats::prelude::*;

use crate::lab::{self, Done};

/// The device boots when it is given power, and says what it is.
#[kiss_task(
    groups = ["smoke", "firmware"],
    prereq_tasks = [crate::power::switch_on::rail_comes_up],
    exclusive_resources = ["psu", "dut"],
    timeout = "30s",
    est_task_time = "2s",
)]
pub fn banner_is_complete() -> Done {
    let mut supply = lab::supply()?;
    supply.set_output(false)?;
    let mut console = lab::console()?;
    supply.set_output(true)?;

    let banner = console.wait_for("ready>", Duration::from_secs(10))?;
    for expected in ["widget-a bootloader", "firmware 2."] {
        if !banner.contains(expected) {
            return Err(format!("expected {expected:?} in the banner, found {banner:?}").into());
        }
    }
    Ok(())
}
