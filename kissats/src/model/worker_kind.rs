//! Which kind of worker runs a task.

use crate::model::{Bodies, ResolvedTask, RunMode};

/// What a task runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum WorkerKind {
    /// The thread that carries the run on: one task at a time.
    Main,
    /// A thread of the same process.
    Thread,
    /// A process of the same binary.
    Process,
}

impl RunMode {
    /// The worker that a task asks for. A task that is a value exists in this process only.
    pub(crate) fn worker_of(self, task: &ResolvedTask) -> WorkerKind {
        let is_function = matches!(task.bodies, Bodies::Functions { .. });
        match self {
            Self::Process if is_function && task.spec.process_safe == Some(true) => {
                WorkerKind::Process
            }
            Self::Thread | Self::Process if task.spec.thread_safe => WorkerKind::Thread,
            _ => WorkerKind::Main,
        }
    }
}
