use kissats::prelude::*;

mod power {
    use kissats::prelude::*;

    #[kiss_task]
    fn on() {}
}

#[kiss_task(prereq_tasks = [power::on])]
fn rail_voltage() {}

fn main() {}
