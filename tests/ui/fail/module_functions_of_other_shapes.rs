use kissats::prelude::*;

#[kiss_task]
mod rail_voltage {
    use kissats::prelude::*;

    const fn task_main(_: &TaskContext, _: f64) {}
    unsafe fn task_setup<T>() {}
    extern "C" fn task_teardown(_: u8, _: u8) {}
    async fn get_params(_: &mut TaskSpec) {}
}

#[kiss_task]
mod ripple {
    use kissats::prelude::*;

    fn task_main() {}
    fn get_params(_: &mut TaskSpec, _: &GlobalParams, _: u8) {}
}

fn main() {}
