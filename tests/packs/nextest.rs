//! The pack of `it/nextest.rs`: every way to end that nextest can tell apart.

use kissats::prelude::*;

pub mod power {
    use kissats::prelude::*;

    #[kiss_task(group = "smoke")]
    pub fn on() {}

    #[kiss_task(groups = ["smoke", "power"], prereq_tasks = [on])]
    pub fn rail() {}
}

#[kiss_task(prereq_tasks = [power::rail])]
fn needs_two() {}

#[kiss_task(ignore = "takes a night")]
fn night() {}

#[kiss_task]
fn skips_itself() -> TaskReturn {
    TaskReturn::skipped("no second board")
}

#[kiss_task(stop_suite_on_fail = false)]
fn returns_an_error() -> Result<(), &'static str> {
    Err("11.2 V")
}

#[kiss_task(stop_suite_on_fail = false)]
fn panics() {
    panic!("the relay sticks");
}

#[kiss_task(prereq_tasks = [panics])]
fn is_blocked() {}

#[kiss_task(prereq_tasks = [is_blocked])]
fn is_blocked_in_turn() {}
