//! The pack of `it/parallel.rs`: tasks that run beside each other, and see to it that they do.

mod mark;

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use kissats::prelude::*;
use mark::{mark, wait_for};

static MEETING: Barrier = Barrier::new(2);
static ON_MAIN: AtomicU32 = AtomicU32::new(0);
static ON_SUPPLY: AtomicU32 = AtomicU32::new(0);

/// Ends only if the other is at work at the same time.
#[kiss_task(group = "meet", thread_safe = true, stop_suite_on_fail = false)]
fn meets_one() {
    MEETING.wait();
}

#[kiss_task(group = "meet", thread_safe = true, stop_suite_on_fail = false)]
fn meets_other() {
    MEETING.wait();
}

/// Nobody else may be there.
fn alone(with: &AtomicU32) -> Result<(), String> {
    let others = with.fetch_add(1, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(10));
    with.fetch_sub(1, Ordering::SeqCst);
    if others == 0 { Ok(()) } else { Err(format!("{others} others are here")) }
}

#[kiss_task(group = "alone", stop_suite_on_fail = false)]
fn main_a() -> Result<(), String> {
    alone(&ON_MAIN)
}

#[kiss_task(group = "alone", stop_suite_on_fail = false)]
fn main_b() -> Result<(), String> {
    alone(&ON_MAIN)
}

#[kiss_task(group = "alone", stop_suite_on_fail = false, exclusive_resources = ["psu"], thread_safe = true)]
fn supply_a() -> Result<(), String> {
    alone(&ON_SUPPLY)
}

#[kiss_task(group = "alone", stop_suite_on_fail = false, exclusive_resources = ["psu"], thread_safe = true)]
fn supply_b() -> Result<(), String> {
    alone(&ON_SUPPLY)
}

#[kiss_task(group = "alone", stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn supply_on_main() -> Result<(), String> {
    alone(&ON_SUPPLY)
}

#[kiss_task(group = "tied", thread_safe = true)]
fn leads() {
    mark(format!("leads {:?}", thread::current().id()));
}

#[kiss_task(group = "tied", thread_safe = true, prereq_tasks = [leads])]
fn follows() {
    mark(format!("follows {:?}", thread::current().id()));
}

#[kiss_task(group = "tied", thread_safe = true, prereq_tasks = [follows])]
fn follows_too() {
    mark(format!("follows too {:?}", thread::current().id()));
}

#[kiss_task(group = "waits", thread_safe = true)]
fn waits_a() {
    mark("waits started");
    wait_for("go");
}

#[kiss_task(group = "waits", thread_safe = true)]
fn waits_b() {
    mark("waits started");
    wait_for("go");
}

#[kiss_task(phase = "teardown", group = "waits")]
fn goes_down() {
    mark("down");
}

#[kiss_task(group = "late", thread_safe = true, timeout = "200ms", exclusive_resources = ["load"], stop_suite_on_fail = false)]
fn hangs() {
    loop {
        thread::park();
    }
}

#[kiss_task(group = "late", thread_safe = true, stop_suite_on_fail = false)]
fn is_not_kept_waiting() {}

/// What it needs never comes back.
#[kiss_task(
    group = "late",
    thread_safe = true,
    priority = 100,
    max_resource_wait = "100ms",
    exclusive_resources = ["load"],
    stop_suite_on_fail = false,
)]
fn loses_patience() {}
