//! Which classes are to be looked at.

use super::class::Place;
use super::dispatcher::Dispatcher;
use super::holding::{Queue, Waiter};
use super::key::Key;

/// A class that cannot start is parked at one resource that it lacks. What comes back wakes, for each way
/// of holding it, the best class that is parked there; that one passes the word on when it was
/// looked at, whether it started or not. So nobody is forgotten, and nobody is looked at in vain.
impl Dispatcher {
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

    /// The class is a candidate, and its best task is a better one than before. It keeps the place that it
    /// had, too: that may be the better one, if others got meanwhile what it wants, and whoever is parked
    /// behind it gets word from there.
    pub(super) fn improve(&mut self, class: u32) {
        let Some(key) = self.key_of(class) else {
            return;
        };
        let version = self.classes[class as usize].version;
        self.candidates.push(Waiter {
            key,
            class,
            version,
        });
    }

    pub(super) fn park(&mut self, class: u32, queue: u32, key: Key) {
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
    pub(super) fn park_or_wake(&mut self, class: u32, queue: u32) {
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
            let is_to_be_had = holding.allows(share) && holding.kept_until(share).is_none();
            if self.queues[queue as usize].parked.is_empty() || !is_to_be_had {
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
