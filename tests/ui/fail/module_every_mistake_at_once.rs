use kissats::prelude::*;

#[kiss_task(grups = ["power"], setup = prepare, prereq_tasks = [rail_voltage])]
mod rail_voltage {
    const fn task_main() {}
    fn task_setup() {}
    fn teardown() {}
}

// Brings no message of its own.
#[kiss_task(prereq_tasks = [rail_voltage])]
fn after() {}

fn prepare() {}

fn main() {}
