//! The pack of `it/attempts.rs`: tasks that need another try, take too long, or come in any order.

mod mark;

use std::time::{Duration, Instant};

use kissats::prelude::*;
use mark::mark;

/// Passes when it has failed twice.
fn at_last(cx: &TaskContext) -> TaskReturn {
    match cx.attempt() {
        3.. => TaskReturn::passed(),
        attempt => TaskReturn::failed(format!("too early: {attempt}")),
    }
}

#[kiss_task(groups = ["other"], exclusive_resources = ["probe"], retries = { count = 2, on = "other-instance" })]
fn wants_another(cx: &TaskContext) -> Result<TaskReturn, &'static str> {
    mark(format!("another {}", cx.resource("probe").ok_or("no probe")?.instance));
    Ok(at_last(cx))
}

#[kiss_task(groups = ["other"], exclusive_resources = ["only"], retries = { count = 2, on = "other-instance" })]
fn has_no_other(cx: &TaskContext) -> Result<TaskReturn, &'static str> {
    mark(format!("only {}", cx.resource("only").ok_or("nothing")?.instance));
    Ok(at_last(cx))
}

/// The time from attempt to attempt is told; nobody promises more than that it is long enough.
#[kiss_task(groups = ["rest"], thread_safe = true, process_safe = true, exclusive_resources = ["probe", "only"],
    retries = { count = 2, delay = "300ms", backoff = "exponential", max_delay = "400ms" })]
fn rests(cx: &TaskContext) -> TaskReturn {
    mark(format!("rests {}", cx.attempt()));
    at_last(cx)
}

/// Needs the worker and the resource of the one that rests.
#[kiss_task(groups = ["rest"], thread_safe = true, exclusive_resources = ["only"], priority = 6)]
fn runs_meanwhile() {
    mark("meanwhile");
}

#[kiss_task(groups = ["rest"], prereq_tasks = [rests], priority = 7)]
fn sees_the_last_attempt() {
    mark("after");
}

fn hang() {
    mark("hangs");
    // Not for ever: a test that broke leaves no program behind.
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[kiss_task(groups = ["late"])]
fn a_hangs() {
    hang();
}

#[kiss_task(groups = ["late"], thread_safe = true)]
fn b_hangs_in_a_thread() {
    hang();
}

#[kiss_task(groups = ["late"], process_safe = true, exclusive_resources = ["only"])]
fn c_hangs_in_a_process() {
    hang();
}

#[kiss_task(groups = ["late"], prereq_tasks = [a_hangs])]
fn d_is_late() {
    mark("too late");
}

#[kiss_task(groups = ["late"], phase = "teardown")]
fn late_down() {
    mark("down");
}

/// Waits until what a process held has been given back.
#[kiss_task(groups = ["late"], phase = "teardown", shared_resources = ["only"], ignore)]
fn late_down_with_resource() {
    mark("down with resource");
}

macro_rules! members {
    ($($name:ident needs [$($need:ident),*];)*) => {$(
        #[kiss_task(groups = ["any"], thread_safe = true, prereq_tasks = [$($need),*], prereq_same_thread = false)]
        fn $name() {}
    )*};
}

members! {
    m1 needs [];
    m2 needs [];
    m3 needs [m9];
    m4 needs [];
    m5 needs [];
    m6 needs [m3];
    m7 needs [];
    m8 needs [];
    m9 needs [];
}
