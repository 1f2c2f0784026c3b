//! Layer 1: the queues of a task pack, and how tasks come into them. Pure.

mod adding;
mod error;
mod library;
mod pack_queues;
mod queued_task;
mod scheduler;
mod task_queues;
#[cfg(test)]
mod tests;

pub(crate) use adding::{Adding, Completed};
pub use error::QueueError;
pub(crate) use library::Library;
pub use pack_queues::PackQueues;
pub use queued_task::{DelayedTask, QueuedTask};
pub(crate) use scheduler::reorder;
pub use scheduler::{ScheduleError, Scheduler};
pub use task_queues::TaskQueues;
