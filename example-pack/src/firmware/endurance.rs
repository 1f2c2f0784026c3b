//! Parameters and sub-results.
//!
//! `params` names a function that computes what the task declares from the parameters of the run:
//! here, the time it will take from the number of rounds. Try
//!
//! ```text
//! cargo test -p example-pack --test pack -- nightly --param reboots=20
//! ```
//!
//! Each round is a sub-result: reported on its own, in order, but not counted as a task.

use std::error::Error;
use std::time::Duration;

use kissats::prelude::*;

use crate::firmware::boot::banner_is_complete;
use crate::lab;

/// How often the device is started, if nobody says otherwise.
const REBOOTS: u32 = 3;

/// The device comes up again and again.
#[kiss_task(
    groups = ["firmware", "nightly"],
    prereq_tasks = [banner_is_complete],
    exclusive_resources = ["psu", "dut"],
    optional_param_keys = ["reboots"],
    params = time_for_all_rounds,
    stop_suite_on_fail = false,
)]
pub fn reboots(cx: &TaskContext) -> Result<TaskReturn, Box<dyn Error>> {
    let rounds = cx.params().get("reboots")?.unwrap_or(REBOOTS);
    let mut answer = TaskReturn::passed();
    let mut lost = 0;
    for round in 1..=rounds {
        let name = format!("round {round} of {rounds}");
        let sub_result = match start_again() {
            Ok(()) => SubResult::new(name, Verdict::Passed),
            Err(error) => {
                lost += 1;
                SubResult::new(name, Verdict::Failed).with_message(error.to_string())
            }
        };
        answer = answer.with_sub_result(sub_result);
    }
    if lost > 0 {
        answer.verdict = Verdict::Failed;
        answer.message = format!("{lost} of {rounds} starts went wrong");
    }
    Ok(answer.with_metadata("reboots", rounds))
}

fn start_again() -> Result<(), Box<dyn Error>> {
    let mut supply = lab::supply()?;
    supply.set_output(false)?;
    let mut console = lab::console()?;
    supply.set_output(true)?;
    console.wait_for("ready>", Duration::from_secs(10))?;
    Ok(())
}

/// Two seconds a round. What cannot be read is left to the task, which says so.
fn time_for_all_rounds(spec: &mut TaskSpec, params: &GlobalParams) {
    let rounds = params.get("reboots").ok().flatten().unwrap_or(REBOOTS);
    spec.est_task_time = Duration::from_secs(2) * rounds;
}
