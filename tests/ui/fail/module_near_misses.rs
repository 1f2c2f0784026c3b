use kissats::prelude::*;

#[kiss_task]
mod rail_voltage {
    fn task_main() {}
    fn setup() {}
    fn test_teardown() {}
    fn get_param() {}
    fn prepare() {}
    fn main() {}
}

#[kiss_task]
mod ripple {
    fn run() {}
    fn task_set_up() {}
    fn task_tear_down() {}
}

// The right names are there: these are helpers.
#[kiss_task(setup = ripple_setup)]
mod load {
    fn task_main() {
        run();
        setup();
        teardown();
    }
    fn task_teardown() {}
    fn run() {}
    fn setup() {}
    fn teardown() {}
}

fn ripple_setup() {}

fn main() {}
