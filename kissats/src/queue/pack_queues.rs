//! The queues of a pack in memory.

use std::collections::VecDeque;

use crate::model::Phase;
use crate::queue::{DelayedTask, QueuedTask, TaskQueues};

/// The usual [`TaskQueues`]: one list a phase, and the delay queue.
#[derive(Debug, Clone, Default)]
pub struct PackQueues {
    setup: VecDeque<QueuedTask>,
    test: VecDeque<QueuedTask>,
    teardown: VecDeque<QueuedTask>,
    delayed: VecDeque<DelayedTask>,
}

impl PackQueues {
    fn queue(&self, phase: Phase) -> &VecDeque<QueuedTask> {
        match phase {
            Phase::Setup => &self.setup,
            Phase::Test => &self.test,
            Phase::Teardown => &self.teardown,
        }
    }

    fn queue_mut(&mut self, phase: Phase) -> &mut VecDeque<QueuedTask> {
        match phase {
            Phase::Setup => &mut self.setup,
            Phase::Test => &mut self.test,
            Phase::Teardown => &mut self.teardown,
        }
    }
}

impl TaskQueues for PackQueues {
    fn tasks(&self, phase: Phase) -> Vec<QueuedTask> {
        self.queue(phase).iter().cloned().collect()
    }

    fn insert(&mut self, phase: Phase, place: usize, task: QueuedTask) {
        let queue = self.queue_mut(phase);
        queue.insert(place.min(queue.len()), task);
    }

    fn remove(&mut self, phase: Phase, place: usize) -> Option<QueuedTask> {
        self.queue_mut(phase).remove(place)
    }

    fn clear(&mut self, phase: Phase) {
        self.queue_mut(phase).clear();
    }

    fn len(&self, phase: Phase) -> usize {
        self.queue(phase).len()
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
