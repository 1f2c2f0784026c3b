use kissats::prelude::*;

mod power {
    pub fn on() {}
}

#[kiss_task(prereq_tasks = [power])]
fn rail_voltage() {}

fn main() {}
