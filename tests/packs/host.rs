//! Tasks that show when they hold a device of the machine.

mod mark;

use std::time::Duration;

use kissats::prelude::*;

#[kiss_task(exclusive_resources = ["host-test-psu"])]
fn measures() {
    mark::mark("+");
    std::thread::sleep(Duration::from_millis(200));
    mark::mark("-");
}

#[kiss_task]
fn needs_nothing() {}

#[kiss_task(exclusive_resources = ["host-test-scope"], ignore = "for a run of its own")]
fn begins() {
    mark::mark("begun");
}

#[kiss_task(exclusive_resources = ["host-test-psu"], ignore = "for a run of its own")]
fn goes_on_until_told() {
    mark::mark("goes on");
    mark::wait_for("end");
    mark::mark("over");
}

#[kiss_task(
    exclusive_resources = ["host-test-psu"],
    max_resource_wait = "100ms",
    ignore = "for a run of its own",
)]
fn is_impatient() {}
