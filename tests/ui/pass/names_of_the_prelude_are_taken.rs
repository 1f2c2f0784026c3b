#![no_implicit_prelude]
//! The expansion counts on nothing that is in scope.

#[allow(dead_code)]
struct Option;
#[allow(dead_code)]
struct Duration;
#[allow(dead_code)]
struct TaskContext;

#[::kissats::prelude::kiss_task(
    description = "d",
    groups = ["g"],
    exclusive_resources = ["psu"],
    est_task_time = 5,
    setup = on,
    prereq_tasks = [on, "other::boot"]
)]
fn rail_voltage() {}

#[::kissats::prelude::kiss_task]
fn on() {}

fn main() {}
