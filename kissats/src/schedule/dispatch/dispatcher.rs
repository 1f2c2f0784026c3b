//! Which task starts next.

use std::collections::{BinaryHeap, HashMap};

use super::class::{Class, ClassNeed, Place};
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
/// dispatcher.ended(9, long);
/// assert_eq!(dispatcher.next(9), Some(short));
/// ```
#[derive(Debug)]
pub struct Dispatcher {
    pub(super) tasks: Vec<Entry>,
    pub(super) classes: Vec<Class>,
    known_classes: HashMap<Box<[Need]>, u32>,
    pub(super) holdings: Vec<Holding>,
    pub(super) queues: Vec<Queue>,
    candidates: BinaryHeap<Waiter>,
    workers: u32,
    busy: u32,
    /// So many of the first resources are workers.
    worker_stocks: u32,
    pub(super) patience: u64,
    examined: u64,
    /// Planted by tests, to see that their properties notice.
    #[cfg(test)]
    pub(super) mistake: Option<Mistake>,
}

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

#[derive(Debug)]
pub(super) struct Entry {
    rank: Key,
    duration: u64,
    class: u32,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It waits for other tasks.
    Waiting,
    Ready,
    Running,
    /// It holds its resources, and its worker is gone.
    Abandoned,
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
            busy: 0,
            worker_stocks: 0,
            patience: u64::MAX,
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

    /// The first so many resources are workers of different kinds: an abandoned task gives them back.
    #[must_use]
    pub fn with_workers_among(mut self, stocks: u32) -> Self {
        self.worker_stocks = stocks;
        self
    }

    /// One more resource, and its number.
    pub fn add_stock(&mut self, stock: Stock) -> u32 {
        self.holdings.push(Holding::new(stock));
        as_index(self.holdings.len() - 1)
    }

    /// How many tasks were admitted.
    #[must_use]
    pub fn tasks_known(&self) -> usize {
        self.tasks.len()
    }

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
        self.busy = 0;
        self.examined = 0;
        for (task, level) in levels.iter().enumerate() {
            let entry = &mut self.tasks[task];
            entry.state = State::Waiting;
            entry.rank = entry.rank.with_level(*level);
            self.change_load(as_index(task), true);
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
        let with_queues = with_queues.collect();
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

    /// The task waits for no other task any more.
    pub fn ready(&mut self, now: u64, task: u32) {
        let entry = &mut self.tasks[task as usize];
        if entry.state != State::Waiting {
            return;
        }
        entry.state = State::Ready;
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
            Place::Candidate if is_better => self.make_candidate(class),
            Place::Parked(queue) if is_better => self.park_or_wake(class, queue),
            _ => {}
        }
    }

    /// The task to start now, if one can: it has a worker and all that it needs from here on.
    pub fn next(&mut self, now: u64) -> Option<u32> {
        while self.busy < self.workers {
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
                    self.park(class, queue, key);
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
        match state {
            State::Waiting => self.change_load(task, false),
            State::Ready => self.withdraw(task),
            State::Running => {
                self.busy -= 1;
                self.give_back(task, |_| true);
            }
            State::Abandoned => {
                let workers = self.worker_stocks;
                self.give_back(task, |resource| resource >= workers);
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
        self.change_load(task, true);
        self.busy -= 1;
        self.give_back(task, |_| true);
    }

    /// The worker has left the task, which still holds its resources, because it may be using them.
    pub fn abandoned(&mut self, task: u32) {
        let entry = &mut self.tasks[task as usize];
        if entry.state == State::Running {
            entry.state = State::Abandoned;
            self.busy -= 1;
            let workers = self.worker_stocks;
            self.give_back(task, |resource| resource < workers);
        }
    }

    /// From now on there are so many workers. What runs goes on.
    pub fn set_workers(&mut self, workers: u32) {
        self.workers = workers;
    }

    /// How many tasks have a worker.
    #[must_use]
    pub fn running(&self) -> u32 {
        self.busy
    }

    /// How often a class was looked at: what the work of deciding grows with.
    #[must_use]
    pub fn examined(&self) -> u64 {
        self.examined
    }

    /// Whether no task holds anything.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.busy == 0 && self.holdings.iter().all(|holding| holding.holders == 0)
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
        if known.is_pinning {
            return Some(Key::FIRST);
        }
        let for_itself = known
            .needs
            .iter()
            .filter(|need| need.share != Share::Shared);
        let load = for_itself.map(|need| self.holdings[need.resource as usize].load_time);
        Some(top.raised(load.sum()))
    }

    /// That all tasks want a worker says nothing about which of them should have one.
    fn is_worker_pool(&self, resource: u32) -> bool {
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
            if !is_free || !self.may_pass(now, class, need) {
                let drain = self.holdings[need.resource as usize].drain;
                if lacking.is_none_or(|(latest, _)| latest < drain) {
                    lacking = Some((drain, need.queue));
                }
            }
        }
        lacking.map(|(_, queue)| queue)
    }

    fn start(&mut self, now: u64, class: u32) -> u32 {
        let top = self.classes[class as usize].ready.pop();
        // A class is started only after its key was found, so there is one.
        let task = top.map_or(u32::MAX, Key::task);
        let duration = self.tasks[task as usize].duration;
        self.tasks[task as usize].state = State::Running;
        self.busy += 1;
        self.change_load(task, false);
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            self.holdings[need.resource as usize].take(need.share, now.saturating_add(duration));
            let queue = &mut self.queues[need.queue as usize];
            queue.waiting -= 1;
            queue.holders += 1;
            queue.unserved_since = now;
        }
        self.unpin(class);
        if self.key_of(class).is_some() {
            self.make_candidate(class);
        } else {
            self.classes[class as usize].place = Place::Idle;
            self.classes[class as usize].version += 1;
        }
        self.pass_on(class);
        task
    }

    fn give_back(&mut self, task: u32, which: impl Fn(u32) -> bool) {
        let class = self.tasks[task as usize].class;
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            if !which(need.resource) {
                continue;
            }
            self.holdings[need.resource as usize].give_back(need.share);
            self.queues[need.queue as usize].holders -= 1;
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
            self.queues[need.queue as usize].waiting -= 1;
        }
        if self.key_of(class).is_none() {
            self.retire(class);
        }
    }

    /// No task of the class is ready any more.
    fn retire(&mut self, class: u32) {
        self.classes[class as usize].place = Place::Idle;
        self.classes[class as usize].version += 1;
        self.unpin(class);
        self.pass_on(class);
    }

    fn change_load(&mut self, task: u32, comes: bool) {
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

    pub(super) fn make_candidate(&mut self, class: u32) {
        let Some(key) = self.key_of(class) else {
            return;
        };
        let known = &mut self.classes[class as usize];
        known.version += 1;
        known.place = Place::Candidate;
        self.candidates.push(Waiter {
            key,
            class,
            version: known.version,
        });
    }

    fn park(&mut self, class: u32, queue: u32, key: Key) {
        let known = &mut self.classes[class as usize];
        known.version += 1;
        known.place = Place::Parked(queue);
        self.queues[queue as usize].parked.push(Waiter {
            key,
            class,
            version: known.version,
        });
    }

    /// The class is parked here, and its best task is a better one than before.
    fn park_or_wake(&mut self, class: u32, queue: u32) {
        let Queue {
            resource, share, ..
        } = self.queues[queue as usize];
        let holding = &self.holdings[resource as usize];
        if holding.allows(share) && !holding.is_kept_from(class, share) {
            self.make_candidate(class);
        } else if let Some(key) = self.key_of(class) {
            self.park(class, queue, key);
        }
    }

    /// What a class had, or did not take, may do for somebody else.
    pub(super) fn pass_on(&mut self, class: u32) {
        for place in 0..self.classes[class as usize].needs.len() {
            self.wake(self.classes[class as usize].needs[place].resource);
        }
    }

    /// Of each queue of the resource that could be served now, the best class is to be looked at.
    pub(super) fn wake(&mut self, resource: u32) {
        for place in 0..self.holdings[resource as usize].queues.len() {
            let holding = &self.holdings[resource as usize];
            let queue = holding.queues[place];
            let share = self.queues[queue as usize].share;
            if self.queues[queue as usize].parked.is_empty() || !holding.allows(share) {
                continue;
            }
            match holding.pin {
                Some((owner, _)) if holding.is_kept_from(u32::MAX, share) => {
                    if self.classes[owner as usize].place == Place::Parked(queue) {
                        self.make_candidate(owner);
                    }
                }
                _ => self.wake_best(queue),
            }
        }
    }

    fn wake_best(&mut self, queue: u32) {
        if let Some(woken) = self.queues[queue as usize].woken {
            let is_at_it = self.classes[woken.class as usize].version == woken.version;
            let next = self.queues[queue as usize].parked.peek();
            // It is still to be looked at, before anybody here: then it passes the word on.
            if is_at_it && next.is_none_or(|next| next.key <= woken.key) {
                return;
            }
        }
        while let Some(waiter) = self.queues[queue as usize].parked.pop() {
            let class = waiter.class;
            if self.classes[class as usize].version != waiter.version {
                continue;
            }
            let Some(key) = self.key_of(class) else {
                continue;
            };
            let next = self.queues[queue as usize].parked.peek();
            if key < waiter.key && next.is_some_and(|next| next.key > key) {
                self.park(class, queue, key);
                continue;
            }
            self.make_candidate(class);
            let version = self.classes[class as usize].version;
            self.queues[queue as usize].woken = Some(Waiter {
                key,
                class,
                version,
            });
            return;
        }
    }
}
