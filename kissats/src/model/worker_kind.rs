//! Which kind of worker runs a task.

use crate::model::{LoadedTask, RunMode};

/// What a task runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum WorkerKind {
    /// One for all that need not be told apart: one task at a time.
    Main,
    /// A thread of the same process.
    Thread,
    /// A process of the same binary.
    Process,
}

impl RunMode {
    /// Whether the task may run on a thread beside others, and whether in a process of its own. Any task
    /// may run on the main worker; a task that is a value exists in this process only.
    pub(crate) fn allows(self, task: &LoadedTask) -> (bool, bool) {
        let thread = self != Self::Normal && task.thread_safe();
        let process =
            self == Self::Process && task.process_safe() == Some(true) && task.is_function();
        (thread, process)
    }
}
