use kissats::prelude::*;

mod power {
    pub struct On;
}

#[kiss_task(prereq_tasks = [power::On])]
fn rail_voltage() {}

fn main() {}
