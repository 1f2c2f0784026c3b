use kissats::prelude::*;

#[kiss_task]
fn power_on() {}

#[kiss_task(prereq_tasks = [power_onn, crate::power::on])]
fn rail_voltage() {}

fn main() {}
