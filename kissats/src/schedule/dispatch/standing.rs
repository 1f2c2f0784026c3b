//! Where a dispatcher stands in its run, and other levels from there on.

use super::class::Place;
use super::dispatcher::{Dispatcher, State};
use crate::schedule::rows::as_index;

impl Dispatcher {
    /// From now on these levels count, one for each task. What has started goes on, and who waits keeps what
    /// was kept for it and the time since when it waits.
    pub(crate) fn set_levels(&mut self, levels: &[u64]) {
        // For whom something is kept from now on is decided when that moment is over, or something happens.
        self.forget_moments();
        self.candidates.clear();
        for queue in &mut self.queues {
            queue.parked.clear();
            queue.woken = None;
        }
        for class in &mut self.classes {
            class.ready.clear();
            class.place = Place::Idle;
            class.version += 1;
        }
        for (entry, level) in self.tasks.iter_mut().zip(levels) {
            entry.rank = entry.rank.with_level(*level);
            if entry.state == State::Ready {
                self.classes[entry.class as usize].ready.push(entry.rank);
            }
        }
        for class in 0..as_index(self.classes.len()) {
            self.make_candidate(class);
        }
    }

    /// Goes to where the other one stands, with other levels. Both were told of the same tasks.
    pub(crate) fn stand_where(&mut self, other: &Self, levels: &[u64]) {
        for (mine, theirs) in self.holdings.iter_mut().zip(&other.holdings) {
            mine.stand_where(theirs);
        }
        for (mine, theirs) in self.queues.iter_mut().zip(&other.queues) {
            mine.stand_where(theirs);
        }
        for (mine, theirs) in self.classes.iter_mut().zip(&other.classes) {
            mine.pin = theirs.pin;
        }
        for (mine, theirs) in self.tasks.iter_mut().zip(&other.tasks) {
            mine.state = theirs.state;
        }
        self.workers = other.workers;
        self.at_work.clone_from(&other.at_work);
        self.line.clone_from(&other.line);
        self.pins = other.pins;
        self.pins_made = other.pins_made;
        self.moment = other.moment;
        self.looks_again = 0;
        self.set_levels(levels);
    }

    /// The tasks that have not started.
    pub(crate) fn left(&self) -> impl Iterator<Item = u32> {
        let is_left = |state: State| state == State::Waiting || state == State::Ready;
        self.tasks_that(is_left)
    }

    /// The tasks that have started, and not ended.
    pub(crate) fn at_work(&self) -> impl Iterator<Item = u32> {
        self.at_work.iter().copied()
    }

    /// Whether nobody has to wait for the task any more.
    pub(crate) fn is_over(&self, task: u32) -> bool {
        self.tasks[task as usize].state == State::Over
    }

    fn tasks_that(&self, are: impl Fn(State) -> bool) -> impl Iterator<Item = u32> {
        let tasks = (0..).zip(&self.tasks);
        tasks.filter_map(move |(task, entry)| are(entry.state).then_some(task))
    }
}
