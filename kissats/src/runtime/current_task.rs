//! The task that a thread works for.

use std::cell::RefCell;
use std::sync::Arc;

use crate::model::{TaskContext, TaskLog, TaskName};

/// Whose panics and records those of a thread are.
#[derive(Clone)]
pub(super) struct CurrentTask {
    pub(super) name: TaskName,
    pub(super) log: Arc<dyn TaskLog>,
}

thread_local! {
    static CURRENT: RefCell<Option<CurrentTask>> = const { RefCell::new(None) };
}

/// Until it is dropped, the thread works for a task.
struct Entered(Option<CurrentTask>);

impl CurrentTask {
    /// Runs `body` for the task. A task may run tasks in turn.
    pub(super) fn enter<T>(self, body: impl FnOnce() -> T) -> T {
        let _entered = Entered(CURRENT.replace(Some(self)));
        body()
    }

    /// Takes in a record of the crates `log` and `tracing`: of the task of this thread, or of nobody.
    #[cfg(any(feature = "log", feature = "tracing"))]
    pub(super) fn record(record: &str) {
        match Self::get() {
            Some(task) => task.log.add(record),
            // If stdout and stderr are kept, so is this.
            None => drop(std::io::Write::write_all(
                &mut crate::runtime::stderr(),
                format!("{record}\n").as_bytes(),
            )),
        }
    }

    /// The task of this thread. While the thread's locals are being taken down there is none.
    pub(super) fn get() -> Option<Self> {
        let current = |task: &RefCell<Option<Self>>| task.try_borrow().ok()?.clone();
        CURRENT.try_with(current).ok().flatten()
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl TaskContext {
    /// Runs `body` as a part of the task: what the crates `log` and `tracing` record meanwhile, and what a
    /// panic says, goes to the task's log.
    ///
    /// The task's own functions are run like that; threads that it starts are not, because nobody knows
    /// whose they are.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task]
    /// fn listens_while_it_boots(cx: &TaskContext) {
    ///     std::thread::scope(|scope| {
    ///         scope.spawn(|| cx.log_here(|| { /* … `tracing::debug!("a line of the console")` … */ }));
    ///         // …
    ///     });
    /// }
    /// ```
    pub fn log_here<T>(&self, body: impl FnOnce() -> T) -> T {
        let task = CurrentTask {
            name: self.name().clone(),
            log: Arc::clone(self.log()),
        };
        task.enter(body)
    }
}
