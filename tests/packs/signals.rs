//! The pack of `it/signals.rs`. In the order of the run: a task that waits for the mark `go`, one that
//! needs it, one that does not, and the teardowns. Only when asked for: one that waits and may be given up.

mod mark;

use kissats::prelude::*;
use mark::{mark, wait_for};

fn own_teardown() {
    mark("own teardown");
}

#[kiss_task(group = "bench", exclusive_resources = ["psu"], teardown = own_teardown)]
fn waits() {
    mark("waits started");
    wait_for("go");
    mark("waits ended");
}

#[kiss_task(group = "bench", prereq_tasks = [waits])]
fn needs_it() {
    mark("needs_it");
}

#[kiss_task(exclusive_resources = ["psu"])]
fn comes_later() {
    mark("comes_later");
}

#[kiss_task]
fn comes_last() -> TaskReturn {
    mark("comes_last");
    // More than a pipe takes.
    let a_lot = || "a lot ".repeat(100_000);
    match std::env::var("SAYS_A_LOT").as_deref() {
        Ok("on stdout") => println!("{}", a_lot()),
        Ok(_) => return TaskReturn::skipped(a_lot()),
        Err(_) => {}
    }
    TaskReturn::passed()
}

#[kiss_task(ignore, exclusive_resources = ["psu"], timeout = 600)]
fn limited() {
    mark("limited started");
    wait_for("go");
}

#[kiss_task(group = "bench", phase = "teardown", exclusive_resources = ["psu"])]
fn bench_down() {
    mark("bench_down");
}

#[kiss_task(phase = "teardown")]
fn all_down() {
    mark("all_down");
    if std::env::var_os("HANGS_AT_LAST").is_some() {
        wait_for("never");
    }
}
