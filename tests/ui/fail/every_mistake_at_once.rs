use kissats::prelude::*;

/// Parsing goes on after each of them.
#[kiss_task(
    grups = ["smoke"],
    thread_safe = "yes",
    exclusive_resources = ["psu"],
    shared_resources = ["psu"],
    est_task_time = -5,
    valid_ats = [],
    retries = 5000
    phase = "tset",
)]
#[test]
const fn rail_voltage<T>(cx: &TaskContext, volts: T) {}

fn main() {}
