//! The queues of a pack in memory.

use std::collections::{HashMap, VecDeque};

use crate::model::{Phase, TaskName};
use crate::queue::{DelayedTask, QueuedTask, TaskQueues};

/// The usual [`TaskQueues`]: one list a phase, and the delay queue.
///
/// ```
/// # use kissats::{GlobalParams, PackQueues, TaskPack};
/// let pack = TaskPack::with_queues(GlobalParams::default(), PackQueues::default())?;
/// # Ok::<(), kissats::PackError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PackQueues {
    setup: Queue,
    test: Queue,
    teardown: Queue,
    delayed: VecDeque<DelayedTask>,
}

#[derive(Debug, Clone, Default)]
struct Queue {
    tasks: VecDeque<QueuedTask>,
    /// How often it holds a name: asked for with every task that is added.
    names: HashMap<TaskName, usize>,
}

impl PackQueues {
    fn queue(&self, phase: Phase) -> &Queue {
        match phase {
            Phase::Setup => &self.setup,
            Phase::Test => &self.test,
            Phase::Teardown => &self.teardown,
        }
    }

    fn queue_mut(&mut self, phase: Phase) -> &mut Queue {
        match phase {
            Phase::Setup => &mut self.setup,
            Phase::Test => &mut self.test,
            Phase::Teardown => &mut self.teardown,
        }
    }
}

impl TaskQueues for PackQueues {
    fn tasks(&self, phase: Phase) -> Vec<QueuedTask> {
        self.queue(phase).tasks.iter().cloned().collect()
    }

    fn insert(&mut self, phase: Phase, place: usize, task: QueuedTask) {
        let queue = self.queue_mut(phase);
        *queue.names.entry(task.name().clone()).or_default() += 1;
        queue.tasks.insert(place.min(queue.tasks.len()), task);
    }

    fn remove(&mut self, phase: Phase, place: usize) -> Option<QueuedTask> {
        let queue = self.queue_mut(phase);
        let task = queue.tasks.remove(place)?;
        if let Some(count) = queue.names.get_mut(task.name()) {
            *count -= 1;
            if *count == 0 {
                queue.names.remove(task.name());
            }
        }
        Some(task)
    }

    fn clear(&mut self, phase: Phase) {
        *self.queue_mut(phase) = Queue::default();
    }

    fn contains(&self, phase: Phase, name: &TaskName) -> bool {
        self.queue(phase).names.contains_key(name)
    }

    fn position(&self, phase: Phase, entry: &QueuedTask) -> Option<usize> {
        self.queue(phase)
            .tasks
            .iter()
            .position(|task| task == entry)
    }

    fn len(&self, phase: Phase) -> usize {
        self.queue(phase).tasks.len()
    }

    fn delay(&mut self, task: DelayedTask) {
        let place = self
            .delayed
            .partition_point(|other| other.ready_at <= task.ready_at);
        self.delayed.insert(place, task);
    }

    fn delayed(&self) -> Vec<DelayedTask> {
        self.delayed.iter().cloned().collect()
    }

    fn pop_delayed(&mut self) -> Option<DelayedTask> {
        self.delayed.pop_front()
    }

    fn clear_delayed(&mut self) {
        self.delayed.clear();
    }
}
