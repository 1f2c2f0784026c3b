//! The pack of `it/kill_rounds.rs`, which stands beside the example pack: tasks that are worth killing.

mod mark;

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use kissats::prelude::*;
use mark::mark;

fn work(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

#[kiss_task(phase = "setup")]
fn begins() {
    mark("began");
}

/// Something that goes on unless somebody ends it.
fn start_something() {
    let mut command = Command::new("sleep");
    let started = command.arg("1000").stdin(Stdio::null()).spawn();
    drop(started.expect("the system has `sleep`"));
}

#[kiss_task(group = "kill", process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn holds_supply() {
    work(60);
}

#[kiss_task(group = "kill", process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"], retries = 1)]
fn holds_supply_too() {
    start_something();
    work(60);
}

#[kiss_task(group = "kill", process_safe = true, stop_suite_on_fail = false, shared_resources = ["lab_net"])]
fn leaves_something() {
    start_something();
    work(30);
}

#[kiss_task(group = "kill", process_safe = true, stop_suite_on_fail = false, shared_resources = ["lab_net"])]
fn spins() {
    let mut turns = 0_u32;
    while turns < 20_000_000 {
        turns = std::hint::black_box(turns) + 1;
    }
}

#[kiss_task(group = "kill", process_safe = true, stop_suite_on_fail = false, timeout = "100ms", valid_duts = ["widget-a"])]
fn ends_before_its_time() {
    work(20);
}

#[kiss_task(group = "kill", process_safe = true, stop_suite_on_fail = false, prereq_tasks = [holds_supply])]
fn comes_after() {
    work(40);
}

#[kiss_task(group = "hang", process_safe = true, stop_suite_on_fail = false, timeout = "150ms", exclusive_resources = ["load"])]
fn hangs() {
    start_something();
    loop {
        std::hint::spin_loop();
    }
}

#[kiss_task(group = "kill", thread_safe = true, stop_suite_on_fail = false)]
fn beside_them() {
    work(50);
}
