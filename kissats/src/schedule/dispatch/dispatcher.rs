//! Which task starts next.

use std::collections::{BinaryHeap, HashMap};

use super::class::{Class, Place};
use super::holding::{Holding, Queue, Waiter};
use super::key::Key;
#[cfg(test)]
use super::mistake::Mistake;
use crate::schedule::rows::as_index;
use crate::schedule::{Need, Share, Stock};

/// Decides, event by event, which of the ready tasks start now.
///
/// The owner says what became ready and what ended, and asks for the next task until there is none. A
/// task starts when it can have a worker and everything that it needs at once; while it waits it holds
/// nothing, so no two tasks ever wait for each other. Among those that could start, the first is the one
/// with the author's lowest priority; then the one with the greatest urgency, which is the longer of two
/// times: from its start to the end of all that waits for it, and the time for which what it wants for
/// itself is still wanted by all; last, the one that was declared first.
///
/// The cost of a decision does not grow with the number of tasks: tasks with equal needs are one class of
/// which only the best is looked at; a class that cannot start is parked at one resource that it lacks;
/// and a resource that comes back wakes, for each way of holding it, one class, which passes the word on.
///
/// ```
/// use kissats::schedule::{DispatchTask, Dispatcher, Need, Stock};
///
/// let mut dispatcher = Dispatcher::new(2, &[Stock::lock()]);
/// let needs = [Need::units(0, 1)];
/// let short = dispatcher.admit(&DispatchTask { duration: 1, level: 1, priority: 0 }, &needs);
/// let long = dispatcher.admit(&DispatchTask { duration: 9, level: 9, priority: 0 }, &needs);
/// dispatcher.ready(0, short);
/// dispatcher.ready(0, long);
/// assert_eq!(dispatcher.next(0), Some(long));
/// assert_eq!(dispatcher.next(0), None, "the lock is taken");
/// dispatcher.ended(long);
/// assert_eq!(dispatcher.next(9), Some(short));
/// ```
#[derive(Debug, Clone)]
pub struct Dispatcher {
    pub(super) tasks: Vec<Entry>,
    pub(super) classes: Vec<Class>,
    pub(super) known_classes: HashMap<Box<[Need]>, u32>,
    pub(super) holdings: Vec<Holding>,
    pub(super) queues: Vec<Queue>,
    pub(super) candidates: BinaryHeap<Waiter>,
    pub(super) workers: u32,
    /// Those that were started and have not ended.
    pub(super) at_work: Vec<u32>,
    /// So many of the first resources are workers.
    worker_stocks: u32,
    pub(super) patience: u64,
    /// What comes back within so many ticks is waited for.
    pub(super) moment: u64,
    /// The classes for which something is kept for a moment.
    pub(super) next_ones: Vec<u32>,
    /// When it is decided anew what is kept for a moment.
    pub(super) looks_again: u64,
    /// Queues from which a resource was kept for very long, in the order in which that was found.
    pub(super) line: Vec<u32>,
    /// How many classes have a pin.
    pub(super) pins: u32,
    /// How many ever had one.
    pub(super) pins_made: u64,
    pub(super) examined: u64,
    /// Planted by tests, to see that their properties notice.
    #[cfg(test)]
    pub(super) mistake: Option<Mistake>,
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) rank: Key,
    pub(super) duration: u64,
    pub(super) class: u32,
    pub(super) state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It waits for other tasks.
    Waiting,
    Ready,
    Running,
    Over,
}

impl Dispatcher {
    /// A run that has so many workers and these resources.
    #[must_use]
    pub fn new(workers: u32, stocks: &[Stock]) -> Self {
        Self {
            tasks: Vec::new(),
            classes: Vec::new(),
            known_classes: HashMap::new(),
            holdings: stocks.iter().copied().map(Holding::new).collect(),
            queues: Vec::new(),
            candidates: BinaryHeap::new(),
            workers,
            at_work: Vec::new(),
            worker_stocks: 0,
            patience: u64::MAX,
            moment: 0,
            next_ones: Vec::new(),
            looks_again: u64::MAX,
            line: Vec::new(),
            pins: 0,
            pins_made: 0,
            examined: 0,
            #[cfg(test)]
            mistake: None,
        }
    }

    /// After so many ticks in which others kept a resource from those who want units of it for
    /// themselves, it is kept for one of them. Without this, it may take until nobody else is left.
    #[must_use]
    pub fn with_patience(mut self, ticks: u64) -> Self {
        self.patience = ticks;
        self
    }

    /// The first so many resources are workers of different kinds: that all tasks want one says nothing
    /// about who should have it.
    #[must_use]
    pub fn with_workers_among(mut self, stocks: u32) -> Self {
        self.worker_stocks = stocks;
        self
    }

    #[cfg(test)]
    pub(crate) fn plant(&mut self, mistake: Mistake) {
        self.mistake = Some(mistake);
    }

    /// One more resource, and its number.
    pub fn add_stock(&mut self, stock: Stock) -> u32 {
        self.holdings.push(Holding::new(stock));
        as_index(self.holdings.len() - 1)
    }

    /// From now on, those who share the resource take another part of it.
    pub(crate) fn change_stock(&mut self, resource: u32, stock: Stock) {
        self.holdings[resource as usize].stock = stock;
    }

    /// How many tasks were admitted.
    #[must_use]
    pub fn tasks_known(&self) -> usize {
        self.tasks.len()
    }

    /// The task waits for no other task any more.
    pub fn ready(&mut self, now: u64, task: u32) {
        let entry = &mut self.tasks[task as usize];
        if entry.state != State::Waiting {
            return;
        }
        entry.state = State::Ready;
        self.looks_again = 0;
        let (rank, class) = (entry.rank, entry.class);
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            let queue = &mut self.queues[need.queue as usize];
            if queue.waiting == 0 {
                queue.unserved_since = now;
            }
            queue.waiting += 1;
        }
        let known = &mut self.classes[class as usize];
        let is_better = known.ready.peek().is_none_or(|top| *top < rank);
        known.ready.push(rank);
        match known.place {
            Place::Idle => self.make_candidate(class),
            Place::Candidate if is_better => self.improve(class),
            Place::Parked(queue) if is_better => self.park_or_wake(class, queue),
            _ => {}
        }
    }

    /// The task to start now, if one can: it has a worker and all that it needs from here on.
    pub fn next(&mut self, now: u64) -> Option<u32> {
        self.decide_again(now);
        while self.at_work.len() < self.workers as usize {
            let waiter = self.candidates.pop()?;
            let class = waiter.class;
            if self.classes[class as usize].version != waiter.version {
                continue;
            }
            self.examined += 1;
            let Some(key) = self.key_of(class) else {
                self.retire(class);
                continue;
            };
            if key < waiter.key {
                // Others got what it wants, so it is less urgent than it was.
                self.make_candidate(class);
                self.pass_on(class);
                continue;
            }
            match self.lacking(now, class) {
                Some(queue) => {
                    // By now, all that it needs may be kept for it.
                    let key = self.key_of(class).unwrap_or(key);
                    self.keep_for_a_moment(now, class);
                    self.park(class, queue, key);
                    #[cfg(test)]
                    if self.mistake == Some(Mistake::PassesNothingOn) {
                        continue;
                    }
                    self.pass_on(class);
                }
                None => return Some(self.start(now, class)),
            }
        }
        None
    }

    /// The task gives back its worker and all that it held. For one that was not running: it never will.
    pub fn ended(&mut self, task: u32) {
        let entry = &mut self.tasks[task as usize];
        let state = std::mem::replace(&mut entry.state, State::Over);
        self.looks_again = 0;
        match state {
            State::Waiting => self.change_load(task, false),
            State::Ready => self.withdraw(task),
            State::Running => {
                self.give_back(task);
            }
            State::Over => {}
        }
    }

    /// The task cannot start after all, and gives everything back: somebody outside of this run has what
    /// it needs. It waits until it is said to be [`ready`](Self::ready) again.
    pub fn refused(&mut self, task: u32) {
        if self.tasks[task as usize].state != State::Running {
            return;
        }
        self.tasks[task as usize].state = State::Waiting;
        self.looks_again = 0;
        self.change_load(task, true);
        self.give_back(task);
    }

    /// How often a class was looked at: what the work of deciding grows with.
    #[must_use]
    pub fn examined(&self) -> u64 {
        self.examined
    }

    /// Whether no task holds anything.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.at_work.is_empty() && self.holdings.iter().all(|holding| holding.holders == 0)
    }

    /// What the best ready task of a class is worth now. Takes out those that were withdrawn.
    pub(super) fn key_of(&mut self, class: u32) -> Option<Key> {
        let known = &mut self.classes[class as usize];
        while let Some(top) = known.ready.peek() {
            if self.tasks[top.task() as usize].state == State::Ready {
                break;
            }
            known.ready.pop();
        }
        let top = *known.ready.peek()?;
        if let Some(number) = known.pin {
            return Some(Key::pinned(number));
        }
        let for_itself = known
            .needs
            .iter()
            .filter(|need| need.share != Share::Shared);
        let load = for_itself.map(|need| self.holdings[need.resource as usize].load_time);
        Some(top.raised(load.sum()))
    }

    /// That all tasks want a worker says nothing about which of them should have one.
    pub(super) fn is_worker_pool(&self, resource: u32) -> bool {
        let is_pool = self.holdings[resource as usize].stock.capacity > 1;
        is_pool && resource < self.worker_stocks
    }

    /// How long the best ready task of the class is expected to take.
    pub(super) fn expected(&self, class: u32) -> u64 {
        let top = self.classes[class as usize].ready.peek();
        top.map_or(0, |top| self.tasks[top.task() as usize].duration)
    }

    /// The queue of what the class lacks now; if it lacks several things, of the one that comes last.
    fn lacking(&mut self, now: u64, class: u32) -> Option<u32> {
        #[cfg(test)]
        if self.mistake == Some(Mistake::TakesWhatIsTaken) {
            return None;
        }
        let mut lacking = None;
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            let is_free = self.holdings[need.resource as usize].allows(need.share);
            if !is_free || !self.may_pass(now, class, need) || self.has_to_wait(now, class, need) {
                let drain = self.holdings[need.resource as usize].drain;
                if lacking.is_none_or(|(latest, _)| latest < drain) {
                    lacking = Some((drain, need.queue));
                }
            }
        }
        #[cfg(test)]
        if self.mistake == Some(Mistake::TakesOneByOne)
            && let Some((_, lacking)) = lacking
        {
            self.take_all_but(lacking, class);
        }
        lacking.map(|(_, queue)| queue)
    }

    fn start(&mut self, now: u64, class: u32) -> u32 {
        let top = self.classes[class as usize].ready.pop();
        // A class is started only after its key was found, so there is one.
        let task = top.map_or(u32::MAX, Key::task);
        let duration = self.tasks[task as usize].duration;
        self.tasks[task as usize].state = State::Running;
        self.at_work.push(task);
        self.change_load(task, false);
        let mut left_line = false;
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            self.holdings[need.resource as usize].take(need.share, now.saturating_add(duration));
            let queue = &mut self.queues[need.queue as usize];
            queue.waiting -= 1;
            queue.unserved_since = now;
            left_line |= self.leave_line(need.queue);
        }
        self.unpin(class);
        if left_line {
            self.pin_for_line();
        }
        if self.key_of(class).is_some() {
            self.make_candidate(class);
        } else {
            self.classes[class as usize].place = Place::Idle;
            self.classes[class as usize].version += 1;
        }
        self.pass_on(class);
        task
    }

    fn give_back(&mut self, task: u32) {
        self.at_work.retain(|other| *other != task);
        let class = self.tasks[task as usize].class;
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            self.holdings[need.resource as usize].give_back(need.share);
        }
        #[cfg(test)]
        if self.mistake == Some(Mistake::WakesNobody) {
            return;
        }
        self.pass_on(class);
    }

    /// A ready task will not run.
    fn withdraw(&mut self, task: u32) {
        self.change_load(task, false);
        let class = self.tasks[task as usize].class;
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            let queue = &mut self.queues[need.queue as usize];
            queue.waiting -= 1;
            if queue.waiting == 0 {
                self.leave_line(need.queue);
            }
        }
        #[cfg(test)]
        if self.mistake == Some(Mistake::CountsTheDead) {
            self.tasks[task as usize].state = State::Ready;
        }
        if self.key_of(class).is_none() {
            self.retire(class);
        }
        self.pin_for_line();
    }

    /// No task of the class is ready any more.
    fn retire(&mut self, class: u32) {
        self.classes[class as usize].place = Place::Idle;
        self.classes[class as usize].version += 1;
        self.unpin(class);
        self.pass_on(class);
    }
}
