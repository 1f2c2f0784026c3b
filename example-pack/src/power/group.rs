//! Set-up and teardown of a group.
//!
//! A task of the phase `setup` with a group is a prerequisite of every member: if it fails, they are
//! blocked. The teardown runs when the last member, and whoever needs one, has ended. Both run only
//! if a member does.

use kissats::prelude::*;

use crate::lab::{self, Done};

/// Brings the supply into a known state: output off, no load, no error left over.
#[kiss_task(group = "power", phase = "setup", exclusive_resources = ["psu"], est_task_time = 1)]
pub fn reset_supply() -> Done {
    let mut supply = lab::supply()?;
    supply.write("*CLS")?;
    supply.reset()?;
    Ok(())
}

/// Switches the output off, whatever the tasks left behind.
#[kiss_task(group = "power", phase = "teardown", exclusive_resources = ["psu"], est_task_time = 1)]
pub fn switch_off() -> Done {
    let mut supply = lab::supply()?;
    supply.set_load(0.0)?;
    supply.set_output(false)?;
    Ok(())
}
