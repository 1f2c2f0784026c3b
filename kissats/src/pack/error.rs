//! Why a pack could not be made or could not run.

use crate::queue::{QueueError, ScheduleError};

/// What a [`TaskPack`](crate::TaskPack) answers instead of doing what it was asked.
///
/// ```
/// # use kissats::{PackError, QueueError};
/// fn is_a_typo(error: &PackError) -> bool {
///     matches!(error, PackError::Queue(QueueError::UnknownTask { nearest: Some(_), .. }))
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The linked tasks have mistakes: all of them, a line each.
    #[error("the linked tasks cannot run: {}", .mistakes.join("; "))]
    Tasks {
        /// What is wrong, and where.
        mistakes: Vec<String>,
    },
    /// The order that a scheduler gave is none; the queue is as it was, and nothing ran.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// A task or a group was not added; the queues are as they were.
    #[error(transparent)]
    Queue(#[from] QueueError),
}
