//! Layer 1: the queues of a task pack, and how tasks come into them. Pure.

mod adding;
mod library;
mod pack_queues;
mod prereq_check;
mod queued_task;
mod scheduler;
mod task_queues;
#[cfg(test)]
mod tests;

pub(crate) use adding::{Adding, Completed};
pub(crate) use library::Library;
pub use pack_queues::PackQueues;
pub use prereq_check::PrereqCheck;
pub use queued_task::{DelayedTask, QueuedTask};
pub use scheduler::{ScheduleError, Scheduler};
pub(crate) use scheduler::{check_order, reorder};
pub use task_queues::TaskQueues;
