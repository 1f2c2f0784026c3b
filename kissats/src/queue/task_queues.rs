//! What a pack keeps its tasks in.

use crate::model::{Phase, TaskName};
use crate::queue::{DelayedTask, QueuedTask};

/// The three queues of a pack and its delay queue: the original's `que_class`.
///
/// A pack works with [`PackQueues`](crate::PackQueues) unless it is given another implementation,
/// for instance one that shows what is queued elsewhere, or keeps it over a restart. The pack decides
/// where a task belongs; an implementation only keeps the order it is told.
///
/// ```
/// use kissats::{DelayedTask, GlobalParams, PackQueues, Phase, QueuedTask, TaskPack, TaskQueues};
///
/// /// Says what is queued, and leaves the rest to the usual queues.
/// #[derive(Default)]
/// struct Announced(PackQueues);
///
/// impl TaskQueues for Announced {
///     fn tasks(&self, phase: Phase) -> Vec<QueuedTask> {
///         self.0.tasks(phase)
///     }
///     fn insert(&mut self, phase: Phase, place: usize, task: QueuedTask) {
///         println!("{} is number {place} of {phase}", task.name());
///         self.0.insert(phase, place, task);
///     }
///     fn remove(&mut self, phase: Phase, place: usize) -> Option<QueuedTask> {
///         self.0.remove(phase, place)
///     }
///     fn clear(&mut self, phase: Phase) {
///         self.0.clear(phase);
///     }
///     fn delay(&mut self, task: DelayedTask) {
///         self.0.delay(task);
///     }
///     fn delayed(&self) -> Vec<DelayedTask> {
///         self.0.delayed()
///     }
///     fn pop_delayed(&mut self) -> Option<DelayedTask> {
///         self.0.pop_delayed()
///     }
///     fn clear_delayed(&mut self) {
///         self.0.clear_delayed();
///     }
/// }
///
/// let pack = TaskPack::with_queues(GlobalParams::default(), Announced::default())?;
/// # Ok::<(), kissats::PackError>(())
/// ```
pub trait TaskQueues: Send {
    /// The tasks of one queue, the next one first.
    fn tasks(&self, phase: Phase) -> Vec<QueuedTask>;

    /// Puts a task at this place of the queue: 0 is its front, its length its end.
    ///
    /// A place beyond the end is the end.
    fn insert(&mut self, phase: Phase, place: usize, task: QueuedTask);

    /// Takes out the task at this place; `None` if there is none.
    fn remove(&mut self, phase: Phase, place: usize) -> Option<QueuedTask>;

    /// Takes everything out of one queue.
    fn clear(&mut self, phase: Phase);

    /// Whether a queue holds a task of this name.
    ///
    /// ```
    /// # use kissats::{PackQueues, Phase, TaskName, TaskQueues};
    /// let queues = PackQueues::default();
    /// assert!(!queues.contains(Phase::Test, &TaskName::new("boot")?));
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    fn contains(&self, phase: Phase, name: &TaskName) -> bool {
        self.tasks(phase).iter().any(|task| task.name() == name)
    }

    /// Where an entry stands in a queue.
    ///
    /// ```
    /// # use kissats::{Phase, QueuedTask, TaskQueues};
    /// fn is_next(queues: &dyn TaskQueues, task: &QueuedTask) -> bool {
    ///     queues.position(Phase::Test, task) == Some(0)
    /// }
    /// ```
    fn position(&self, phase: Phase, entry: &QueuedTask) -> Option<usize> {
        self.tasks(phase).iter().position(|task| task == entry)
    }

    /// How many tasks a queue holds.
    ///
    /// ```
    /// # use kissats::{PackQueues, Phase, TaskQueues};
    /// let queues = PackQueues::default();
    /// assert_eq!(queues.len(Phase::Test), 0);
    /// ```
    fn len(&self, phase: Phase) -> usize {
        self.tasks(phase).len()
    }

    /// Whether a queue holds nothing.
    ///
    /// ```
    /// # use kissats::{PackQueues, Phase, TaskQueues};
    /// let queues = PackQueues::default();
    /// assert!(queues.is_empty(Phase::Test));
    /// ```
    fn is_empty(&self, phase: Phase) -> bool {
        self.len(phase) == 0
    }

    /// Puts a task into the delay queue, which is ordered by when tasks are ready; of two that are
    /// ready at once, the one that came first is first.
    fn delay(&mut self, task: DelayedTask);

    /// What waits, the one that is ready first in front.
    fn delayed(&self) -> Vec<DelayedTask>;

    /// Takes out the delayed task that is ready first.
    fn pop_delayed(&mut self) -> Option<DelayedTask>;

    /// Takes everything out of the delay queue.
    fn clear_delayed(&mut self);
}
