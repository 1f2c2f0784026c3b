use kissats::prelude::*;

mod common {
    pub fn task_main() {}
    pub fn task_setup() {}
    pub fn prepare() {}
}

#[kiss_task]
mod rail_voltage {
    use super::common::{prepare as task_teardown, task_main, task_setup};
}

fn main() {}
