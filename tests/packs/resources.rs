//! The pack of `it/life_cycle.rs` whose tasks hold resources.

mod mark;

use std::time::Duration;

use kissats::prelude::*;
use mark::mark;

/// Everything that the task holds.
fn tell(cx: &TaskContext) {
    for held in cx.resources() {
        mark(format!(
            "{} has {} {} {} {}",
            cx.name(),
            held.mode,
            held.resource,
            held.instance,
            held.config
        ));
    }
}

#[kiss_task(
    exclusive_resources = ["psu"],
    shared_resources = ["net", "undeclared"],
    resource_configs = { "psu": { "volts": 5, "channels": [1, 2] } },
)]
fn holds_three(cx: &TaskContext) {
    tell(cx);
}

#[kiss_task(shared_resources = ["psu"])]
fn holds_it_after_it_was_given_back(cx: &TaskContext) {
    tell(cx);
}

#[kiss_task]
fn holds_nothing(cx: &TaskContext) {
    assert_eq!(cx.resources(), []);
    assert_eq!(cx.resource("psu"), None);
}

fn given_back(cx: &TaskContext) {
    tell(cx);
}

#[kiss_task(stop_suite_on_fail = false, exclusive_resources = ["psu"], teardown = given_back, always_teardown = true)]
fn panics_and_gives_back() {
    panic!("the relay sticks");
}

#[kiss_task(exclusive_resources = ["psu"])]
fn takes_what_was_given_back(cx: &TaskContext) {
    tell(cx);
}

#[kiss_task(priority = 6, stop_suite_on_fail = false, timeout = 0.1, exclusive_resources = ["psu"], shared_resources = ["net"])]
fn hangs() {
    std::thread::sleep(Duration::from_secs(3600));
}

#[kiss_task(priority = 7, stop_suite_on_fail = false, exclusive_resources = ["psu"], max_resource_wait = 0.1)]
fn wants_what_is_held() {
    mark("never");
}

#[kiss_task(priority = 7, stop_suite_on_fail = false, exclusive_resources = ["net"], max_resource_wait = 0.1)]
fn wants_alone_what_is_shared() {
    mark("never");
}

#[kiss_task(priority = 8, shared_resources = ["net"])]
fn shares_what_is_shared(cx: &TaskContext) {
    tell(cx);
}
