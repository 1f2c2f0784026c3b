#![no_implicit_prelude]
#![allow(dead_code, unused_imports, non_camel_case_types)]
//! Whatever a module imports or calls its own, the expansion finds what it needs.

mod others {
    pub mod core {}
    pub mod kissats {}
    pub mod inventory {}
    pub struct Option;
    pub struct Declaration;
    pub fn call() {}
}

#[::kissats::kiss_task(
    resource_configs = { "psu": { "limit": -1.5e3, "text": "a \"quoted\" \\ \u{1}\n\t \u{1f408}", "x": [null, true] } },
    exclusive_resources = ["psu"],
    extra_metadata = {},
)]
mod rail_voltage {
    use super::others::*;

    struct TaskContext;
    struct Some;
    mod std {}

    fn task_main() {}
    fn task_setup() {}
    fn get_params(_: &mut ::kissats::TaskSpec, _: &::kissats::GlobalParams) {}
}

#[::kissats::kiss_task(prereq_tasks = [rail_voltage], extra_metadata = { "a": 1 })]
fn after() {}

fn main() {
    #[::kissats::kiss_task(prereq_tasks = [after])]
    mod inner {
        fn task_main() {}
    }

    #[::kissats::kiss_task(prereq_tasks = [inner])]
    fn last() {}
}
