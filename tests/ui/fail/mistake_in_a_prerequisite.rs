use kissats::prelude::*;

// Only `power_on` is wrong: the tasks that name it bring no message of their own.
#[kiss_task(thread_safe = 1)]
fn power_on() {}

#[kiss_task(prereq_tasks = [power_on])]
fn rail_voltage() {}

mod deeper {
    use kissats::prelude::*;

    #[kiss_task(prereq_tasks = [super::power_on, crate::power_on])]
    fn ripple() {
        super::power_on();
    }
}

fn main() {}
