//! Who decides on the order of a queue: the original's `schedule_func`.

use std::collections::HashMap;

use crate::model::TaskName;
use crate::queue::QueuedTask;

/// A pure function from a queue to the order in which it runs.
///
/// A closure is one:
///
/// ```
/// use kissats::{QueuedTask, Scheduler};
///
/// // The shortest first.
/// let mut shortest_first = |queue: &[QueuedTask]| {
///     let mut order: Vec<usize> = (0..queue.len()).collect();
///     order.sort_by_key(|&place| queue[place].spec().est_task_time);
///     order
/// };
/// assert!(shortest_first.schedule(&[]).is_empty());
/// ```
pub trait Scheduler: Send {
    /// The places of the tasks of `queue`, in the order in which they are to run.
    ///
    /// Every place once, and no task before one that it needs; anything else is a
    /// [`ScheduleError`] and the queue stays as it is.
    fn schedule(&mut self, queue: &[QueuedTask]) -> Vec<usize>;
}

impl<F: FnMut(&[QueuedTask]) -> Vec<usize> + Send> Scheduler for F {
    fn schedule(&mut self, queue: &[QueuedTask]) -> Vec<usize> {
        self(queue)
    }
}

/// Why an order is none.
///
/// ```
/// # use kissats::{GlobalParams, PackError, ResourceMode, ScheduleError, TaskPack};
/// let mut pack = TaskPack::new(GlobalParams::default())?;
/// pack.set_resource_mode(ResourceMode::CustomAll);
/// let error = pack.run_all_queues().unwrap_err();
/// assert!(matches!(error, PackError::Schedule(ScheduleError::Missing)));
/// # Ok::<(), PackError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// A mode with the word `custom` needs a function to ask.
    #[error(
        "the resource mode orders the tests with a function of yours, and there is none: give one with \
         `kissats::harness!().schedule_func(...)`, or with `set_schedule_func` of a `TaskPack`"
    )]
    Missing,
    /// A task was left out, named twice, or made up.
    #[error(
        "the order is no order of the queue: expected each of the places 0 to {} once, got {order:?}",
        .length.saturating_sub(1)
    )]
    NoPermutation {
        /// How many tasks the queue holds.
        length: usize,
        /// What came back.
        order: Vec<usize>,
    },
    /// A task would run before one that it needs.
    #[error("the order puts `{task}` before `{prereq}`, which it needs")]
    PrereqTooLate {
        /// The task.
        task: TaskName,
        /// What it needs.
        prereq: TaskName,
    },
}

/// The queue in the order that a scheduler gave.
pub(crate) fn reorder(
    queue: &[QueuedTask],
    order: &[usize],
) -> Result<Vec<QueuedTask>, ScheduleError> {
    check_order(queue, order)?;
    Ok(order.iter().map(|&place| queue[place].clone()).collect())
}

/// Whether an order has every task of the queue once, and after what it needs.
pub(crate) fn check_order(queue: &[QueuedTask], order: &[usize]) -> Result<(), ScheduleError> {
    let mut is_there = vec![false; queue.len()];
    let is_new = |place: &usize| match is_there.get_mut(*place) {
        Some(is_there) => !std::mem::replace(is_there, true),
        None => false,
    };
    if order.len() != queue.len() || !order.iter().all(is_new) {
        return Err(ScheduleError::NoPermutation {
            length: queue.len(),
            order: order.to_vec(),
        });
    }
    let reordered: Vec<&QueuedTask> = order.iter().map(|&place| &queue[place]).collect();
    let mut first_place = HashMap::with_capacity(reordered.len());
    for (place, task) in reordered.iter().enumerate() {
        first_place.entry(task.name()).or_insert(place);
    }
    for (place, task) in reordered.iter().enumerate() {
        let is_late =
            |prereq: &&TaskName| first_place.get(prereq).is_some_and(|first| *first > place);
        if let Some(prereq) = task.prereqs().iter().find(is_late) {
            return Err(ScheduleError::PrereqTooLate {
                task: task.name().clone(),
                prereq: prereq.clone(),
            });
        }
    }
    Ok(())
}
