use kissats::prelude::*;

#[kiss_task(setup = prepare, params = adjust, teardown = prepare)]
mod rail_voltage {
    fn task_main() {}
    fn task_setup() {}
    fn task_teardown() {}
    fn get_params(_: &mut kissats::TaskSpec, _: &kissats::GlobalParams) {}
}

fn prepare() {}

fn adjust(_: &mut TaskSpec, _: &GlobalParams) {}

fn main() {}
