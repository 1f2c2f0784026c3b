//! Tasks that may run beside others in the process of the run.

use kissats::prelude::*;

/// Passes, and counts itself in a parameter that later tasks see.
#[kiss_task(
    group = "thread",
    ignore = "the sample fails on purpose",
    thread_safe = true,
    est_task_time = 1,
    optional_param_keys = ["count"],
)]
pub mod a {
    use kissats::prelude::*;

    /// What the original calls the task itself.
    pub fn task_main(cx: &TaskContext) -> TaskReturn {
        match cx.params().get::<u32>("count") {
            Ok(count) => {
                cx.set_param("count", count.unwrap_or(0) + 1);
                TaskReturn::passed().with_message("counted")
            }
            Err(error) => TaskReturn::failed(error.to_string()),
        }
    }
}

/// Completes, with set-up and teardown of its own.
#[kiss_task(
    group = "thread",
    ignore = "the sample fails on purpose",
    thread_safe = true,
    est_task_time = 1
)]
pub mod b {
    use kissats::prelude::*;

    /// Runs before; an error here would keep the task from running.
    fn task_setup() {}

    /// What the original calls the task itself.
    pub fn task_main() -> Verdict {
        Verdict::Completed
    }

    /// Runs after.
    fn task_teardown() {}
}

/// Throws.
#[kiss_task(
    group = "thread",
    ignore = "the sample fails on purpose",
    thread_safe = true,
    stop_suite_on_fail = false,
    est_task_time = 1
)]
pub fn c() {
    panic!("c throws, as it is meant to");
}

/// Depends on `c`, so it ends blocked.
#[kiss_task(
    group = "thread",
    ignore = "the sample fails on purpose",
    thread_safe = true,
    prereq_tasks = [c],
    est_task_time = 1,
)]
pub fn d() {}
