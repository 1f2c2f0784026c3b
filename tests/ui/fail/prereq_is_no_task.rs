use kissats::prelude::*;

fn power_on() {}

#[kiss_task(prereq_tasks = [power_on])]
fn rail_voltage() {}

fn main() {}
