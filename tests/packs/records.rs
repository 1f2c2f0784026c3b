//! A pack of `it/capture.rs`: tasks that record with `log` and `tracing`.

use kissats::prelude::*;

#[kiss_task(thread_safe = true, stop_suite_on_fail = false)]
fn one(cx: &TaskContext) -> Verdict {
    log::info!("one with log");
    cx.note("a note of one");
    tracing::warn!(volts = 11.2, "one with tracing");
    log::debug!("too fine");
    std::thread::scope(|scope| {
        scope.spawn(|| cx.log_here(|| log::error!("a thread of one")));
    });
    Verdict::Failed
}

#[kiss_task(thread_safe = true, stop_suite_on_fail = false)]
fn other() -> Verdict {
    let span = tracing::info_span!("boot", board = 3);
    span.in_scope(|| tracing::info!("other"));
    std::thread::scope(|scope| {
        scope.spawn(|| log::error!("of nobody"));
    });
    Verdict::Failed
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn process() {
    log::info!("the last words");
    std::process::abort();
}
