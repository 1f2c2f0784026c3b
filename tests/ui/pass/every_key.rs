#![deny(warnings, missing_docs, unused)]
#![forbid(unsafe_code)]
//! Every key once; nothing of the expansion offends a strict crate.

use kissats::prelude::*;

/// The 12 V rail stays inside its limits under load.
#[kiss_task(
    name = "rail under load",
    description = "the rail stays inside its limits",
    groups = ["smoke", "power"],
    phase = "test",
    stop_suite_on_fail = false,
    exclusive_resources = ["psu"],
    shared_resources = ["lab_net"],
    resource_configs = {
        "psu": { "limit": -1.5, "on": true, "off": false, "tags": ["a", "b"], "x": null, "serial": 18446744073709551615 },
        "lab_net": {},
    },
    max_resource_retry = 3,
    max_resource_wait = "10m",
    thread_safe = true,
    process_safe = true,
    prereq_tasks = [power_on, crate::link, "other_pack::boot"],
    prereq_same_thread = false,
    setup = prepare,
    teardown = clean_up,
    always_teardown = true,
    params = adjust,
    est_task_time = 0.5,
    timeout = "1h 30m",
    retries = 1_000,
    priority = -1,
    valid_duts = ["widget-a"],
    valid_ats = ["any"],
    req_param_keys = ["serial"],
    optional_param_keys = ["verbose"],
    ignore = "needs the big bench",
    extra_metadata = { "ticket": "HW-7", "seen": [2024, 2025,], },
)]
pub fn rail_voltage(cx: &TaskContext) -> TaskReturn {
    let _ = cx;
    TaskReturn::passed()
}

#[kiss_task(group = "power", phase = "setup", ignore)]
fn power_on() {}

#[kiss_task(group = "power", phase = "teardown", ignore = true)]
fn power_off() {}

#[kiss_task(ignore = false)]
fn link() {}

fn prepare(_: &TaskContext) -> Result<(), String> {
    Ok(())
}

async fn clean_up() {}

fn adjust(spec: &mut TaskSpec, _: &GlobalParams) {
    spec.retries = 1.into();
}

fn main() {}
