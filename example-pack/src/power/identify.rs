//! The smallest task: a function and an attribute.
//!
//! The doc comment is the task's description. Returning means passed; an error means that it broke.
//! The name of the task is its path, `power::identify::supply_answers`, and its groups stand before
//! it in brackets, so all of these run it:
//!
//! ```text
//! cargo test -p example-pack -- supply_answers
//! cargo test -p example-pack -- '[smoke]'
//! cargo test -p example-pack -- --exact power::identify::supply_answers
//! ```

use kissats::prelude::*;

use crate::lab::{self, Done};

/// The power supply says who it is and has nothing to complain about.
#[kiss_task(groups = ["smoke", "power"], shared_resources = ["lab_net"], est_task_time = 1)]
pub fn supply_answers() -> Done {
    let mut supply = lab::supply()?;
    let identity = supply.identify()?;
    if !identity.starts_with("KISSATS,BENCH-PSU,") {
        return Err(format!("expected the bench supply, found {identity}").into());
    }
    match supply.next_error()? {
        Some(error) => Err(format!("the supply reports {error}").into()),
        None => Ok(()),
    }
}
