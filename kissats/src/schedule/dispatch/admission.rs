//! What the dispatcher is told before the run.

use super::class::{Class, ClassNeed};
use super::dispatcher::{Dispatcher, Entry, State};
use super::holding::Queue;
use super::key::Key;
use crate::schedule::rows::as_index;
use crate::schedule::{Need, Share};

/// What the dispatcher is told of a task beside its needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DispatchTask {
    /// How long it is expected to take.
    pub duration: u64,
    /// How long it is from its start to the end of the last task that waits for it; or whatever else
    /// planning found to be a better order. The greater, the earlier.
    pub level: u64,
    /// The author's word, above all else: the lower, the earlier.
    pub priority: i32,
}

impl Dispatcher {
    /// Takes in one more task, and gives it a number: 0, 1, 2 and so on.
    ///
    /// The needs must be those of a checked [`Workload`](crate::schedule::Workload): sorted, each
    /// resource once, none over the capacity. What is over the capacity is never started.
    pub fn admit(&mut self, task: &DispatchTask, needs: &[Need]) -> u32 {
        let number = as_index(self.tasks.len());
        let class = self.class_of(needs);
        self.tasks.push(Entry {
            rank: Key::new(task.priority, task.level, number),
            duration: task.duration,
            class,
            state: State::Waiting,
        });
        self.change_load(number, true);
        number
    }

    /// Back to where nothing was ready yet, with other levels: one for each task.
    pub(crate) fn rewind(&mut self, levels: &[u64]) {
        for holding in &mut self.holdings {
            holding.reset();
        }
        for queue in &mut self.queues {
            queue.reset();
        }
        for class in &mut self.classes {
            class.reset();
        }
        self.candidates.clear();
        self.at_work.clear();
        self.next_ones.clear();
        self.looks_again = u64::MAX;
        self.line.clear();
        self.pins = 0;
        self.pins_made = 0;
        self.examined = 0;
        for (entry, level) in self.tasks.iter_mut().zip(levels) {
            entry.state = State::Waiting;
            entry.rank = entry.rank.with_level(*level);
        }
        for task in 0..as_index(self.tasks.len()) {
            self.change_load(task, true);
        }
    }

    fn class_of(&mut self, needs: &[Need]) -> u32 {
        if let Some(&class) = self.known_classes.get(needs) {
            return class;
        }
        let class = as_index(self.classes.len());
        let with_queues = needs.iter().map(|need| ClassNeed {
            resource: need.resource,
            share: need.share,
            queue: self.queue_of(*need),
        });
        let with_queues: Box<[ClassNeed]> = with_queues.collect();
        for need in &with_queues {
            // Nobody is kept out for the sake of those who share.
            if need.share != Share::Shared {
                self.queues[need.queue as usize].classes.push(class);
            }
        }
        self.classes.push(Class::new(with_queues));
        self.known_classes.insert(needs.into(), class);
        class
    }

    fn queue_of(&mut self, need: Need) -> u32 {
        let known = &self.holdings[need.resource as usize].queues;
        let same = |queue: &&u32| self.queues[**queue as usize].share == need.share;
        if let Some(&queue) = known.iter().find(same) {
            return queue;
        }
        let queue = as_index(self.queues.len());
        self.queues.push(Queue::new(need.resource, need.share));
        self.holdings[need.resource as usize].queues.push(queue);
        queue
    }

    pub(super) fn change_load(&mut self, task: u32, comes: bool) {
        let entry = &self.tasks[task as usize];
        for need in &self.classes[entry.class as usize].needs {
            if let Share::Units(units) = need.share
                && !self.is_worker_pool(need.resource)
            {
                let work = entry.duration.saturating_mul(u64::from(units));
                self.holdings[need.resource as usize].change_load(work, comes);
            }
        }
    }
}
