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
