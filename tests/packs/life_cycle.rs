//! The pack of `it/life_cycle.rs`. Every step of a task leaves `TASK STEP` as a mark.

mod mark;

use std::error::Error;
use std::fmt;

use kissats::prelude::*;
use mark::mark;

fn setup(cx: &TaskContext) {
    mark(format!("{} setup", cx.name()));
}

fn teardown(cx: &TaskContext) {
    mark(format!("{} teardown", cx.name()));
}

fn main_of(cx: &TaskContext) {
    mark(format!("{} main", cx.name()));
}

fn setup_fails(cx: &TaskContext) -> Result<(), String> {
    setup(cx);
    Err("no current".to_owned())
}

fn setup_panics(cx: &TaskContext) {
    setup(cx);
    panic!("the set-up sticks");
}

fn setup_skips(cx: &TaskContext) -> TaskReturn {
    setup(cx);
    TaskReturn::skipped("no load connected")
}

fn teardown_fails(cx: &TaskContext) -> Result<(), String> {
    teardown(cx);
    Err("the rail stays up".to_owned())
}

fn teardown_panics(cx: &TaskContext) {
    teardown(cx);
    panic!("the teardown sticks");
}

// The steps and their order.

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown)]
fn all_is_well(cx: &TaskContext) {
    main_of(cx);
}

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown, req_param_keys = ["a", "b"])]
fn lacks_parameters(cx: &TaskContext) {
    main_of(cx);
}

#[kiss_task(stop_suite_on_fail = false, setup = setup_fails, teardown = teardown)]
fn set_up_fails(cx: &TaskContext) {
    main_of(cx);
}

#[kiss_task(stop_suite_on_fail = false, setup = setup_fails, teardown = teardown, always_teardown = true)]
fn set_up_fails_always(cx: &TaskContext) {
    main_of(cx);
}

#[kiss_task(stop_suite_on_fail = false, setup = setup_panics, teardown = teardown, always_teardown = true)]
fn set_up_panics_always(cx: &TaskContext) {
    main_of(cx);
}

#[kiss_task(stop_suite_on_fail = false, setup = setup_skips, teardown = teardown)]
fn set_up_skips(cx: &TaskContext) {
    main_of(cx);
}

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown)]
fn main_fails(cx: &TaskContext) -> Result<(), String> {
    main_of(cx);
    Err("11.2 V".to_owned())
}

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown, always_teardown = true)]
fn main_fails_always(cx: &TaskContext) -> Result<(), String> {
    main_of(cx);
    Err("11.2 V".to_owned())
}

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown)]
fn main_panics(cx: &TaskContext) {
    main_of(cx);
    panic!("the relay sticks");
}

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown, always_teardown = true)]
fn main_panics_always(cx: &TaskContext) {
    main_of(cx);
    panic!("the relay sticks again");
}

/// A verdict is an answer, no error: the teardown runs.
#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown)]
fn main_says_failed(cx: &TaskContext) -> Verdict {
    main_of(cx);
    Verdict::Failed
}

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown_fails)]
fn tear_down_fails(cx: &TaskContext) {
    main_of(cx);
}

#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown_panics)]
fn tear_down_panics(cx: &TaskContext) {
    main_of(cx);
}

/// What broke first is told.
#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown_fails, always_teardown = true)]
fn main_and_tear_down_fail(cx: &TaskContext) -> Result<(), String> {
    main_of(cx);
    Err("11.2 V".to_owned())
}

/// All steps again for every attempt.
#[kiss_task(stop_suite_on_fail = false, setup = setup, teardown = teardown, retries = 1)]
fn tries_again(cx: &TaskContext) -> Verdict {
    main_of(cx);
    if cx.attempt() == 1 {
        Verdict::Failed
    } else {
        Verdict::Passed
    }
}

// Errors and their causes.

/// What `thiserror` makes of `#[error("no voltage")]` and `#[source]`.
#[derive(Debug)]
struct NoVoltage(std::num::ParseFloatError);

impl fmt::Display for NoVoltage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no voltage")
    }
}

impl Error for NoVoltage {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn measure() -> Result<f64, NoVoltage> {
    "twelve".parse().map_err(NoVoltage)
}

#[kiss_task(stop_suite_on_fail = false)]
fn returns_typed() -> Result<(), NoVoltage> {
    measure().map(|_| ())
}

#[kiss_task(stop_suite_on_fail = false)]
fn returns_boxed() -> Result<(), Box<dyn Error>> {
    measure()?;
    Ok(())
}

#[kiss_task(stop_suite_on_fail = false)]
fn returns_sendable() -> Result<(), Box<dyn Error + Send + Sync>> {
    measure()?;
    Ok(())
}

#[kiss_task(stop_suite_on_fail = false)]
fn returns_anyhow() -> anyhow::Result<()> {
    use anyhow::Context;
    measure().context("the rail is not measured")?;
    Ok(())
}

#[kiss_task(stop_suite_on_fail = false)]
fn returns_text() -> Result<TaskReturn, &'static str> {
    Err("no voltage")
}

// Async, without a runtime.

/// Ready the second time it is asked.
struct Later(bool);

impl Future for Later {
    type Output = ();

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<()> {
        if self.0 {
            return std::task::Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    }
}

async fn async_setup(cx: &TaskContext) {
    Later(false).await;
    setup(cx);
}

async fn async_teardown(cx: &TaskContext) -> Result<(), String> {
    Later(false).await;
    teardown(cx);
    Ok(())
}

#[kiss_task(stop_suite_on_fail = false, setup = async_setup, teardown = async_teardown)]
async fn is_async(cx: &TaskContext) -> Verdict {
    Later(false).await;
    main_of(cx);
    Verdict::Passed
}

#[kiss_task(stop_suite_on_fail = false)]
async fn is_async_and_fails() -> Result<(), NoVoltage> {
    Later(false).await;
    measure().map(|_| ())
}

#[kiss_task(stop_suite_on_fail = false)]
async fn is_async_and_panics() {
    Later(false).await;
    panic!("the future sticks");
}

// Threads.

mod below {
    use super::*;

    pub(super) fn note(cx: &TaskContext, step: &str) {
        let thread = std::thread::current();
        mark(format!(
            "{} {step} on {}",
            cx.name(),
            thread.name().unwrap_or("nothing")
        ));
    }

    fn prepare(cx: &TaskContext) {
        note(cx, "setup");
    }

    fn tidy(cx: &TaskContext) {
        note(cx, "teardown");
    }

    #[kiss_task(group = "smoke", setup = prepare, teardown = tidy)]
    fn names_its_thread(cx: &TaskContext) {
        note(cx, "main");
    }

    #[kiss_task(setup = prepare, teardown = tidy, timeout = 600)]
    fn may_be_given_up(cx: &TaskContext) {
        note(cx, "main");
    }
}

#[kiss_task(stop_suite_on_fail = false, timeout = 600)]
fn may_be_given_up_and_panics() {
    panic!("the limit sticks");
}

/// What others than the task do is not said to be the task's.
#[kiss_task]
fn has_a_thread_that_panics() {
    let thread = std::thread::Builder::new().name("a helper".to_owned());
    let helper = thread.spawn(|| panic!("the helper sticks"));
    assert!(helper.expect("a thread can be started").join().is_err());
}

#[kiss_task(prereq_tasks = [main_fails])]
fn needs_what_fails(cx: &TaskContext) {
    main_of(cx);
}
