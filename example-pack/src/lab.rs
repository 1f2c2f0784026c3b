//! Set-up and teardown of everything.
//!
//! A task of the phase `setup` without a group runs before all others, one of the phase `teardown`
//! after all others. Name one single task on the command line, and these two still frame it.

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kissats::prelude::*;

use crate::bench::{Bench, ConsoleClient, PowerSupplyClient};

/// What most tasks of this pack return: any error, with everything that caused it.
pub type Done = Result<(), Box<dyn Error>>;

/// The bench while it runs. With real instruments this would be their addresses.
static BENCH: Mutex<Option<Bench>> = Mutex::new(None);

/// Starts the power supply and the device.
#[kiss_task(phase = "setup", est_task_time = 1)]
pub fn start_bench() -> Done {
    *bench() = Some(Bench::start()?);
    Ok(())
}

/// Stops them again.
///
/// A teardown runs whatever happened before, so it must not count on the set-up.
#[kiss_task(phase = "teardown", est_task_time = 1)]
pub fn stop_bench() {
    if let Some(bench) = bench().take() {
        bench.stop();
    }
}

/// A connection to the power supply.
///
/// # Errors
/// If there is no bench, or it does not answer.
pub fn supply() -> Result<PowerSupplyClient, Box<dyn Error>> {
    let address = bench().as_ref().map(Bench::supply_address);
    Ok(PowerSupplyClient::connect(
        address.ok_or("the bench is not running")?,
    )?)
}

/// A connection to the console of the device.
///
/// # Errors
/// If there is no bench, or it does not answer.
pub fn console() -> Result<ConsoleClient, Box<dyn Error>> {
    let address = bench().as_ref().map(Bench::console_address);
    Ok(ConsoleClient::connect(
        address.ok_or("the bench is not running")?,
    )?)
}

/// A task that panicked while it looked leaves the bench as it was.
fn bench() -> MutexGuard<'static, Option<Bench>> {
    BENCH.lock().unwrap_or_else(PoisonError::into_inner)
}
