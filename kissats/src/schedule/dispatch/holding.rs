//! How much of a resource is out, and who waits for it.

use std::collections::BinaryHeap;

use super::key::Key;
use crate::schedule::{Share, Stock};

/// One resource during a run.
#[derive(Debug, Clone)]
pub(super) struct Holding {
    pub(super) stock: Stock,
    /// Units that tasks hold for themselves.
    out: u32,
    /// Tasks that share it.
    sharing: u32,
    /// Tasks that hold it, either way.
    pub(super) holders: u32,
    /// Units times ticks of all tasks that want units for themselves and have not started.
    load: u64,
    /// How long it is still taken if nobody waits: the load, divided by how much there is.
    pub(super) load_time: u64,
    /// When the last of those who hold it is expected to end.
    pub(super) drain: u64,
    /// Its queues, one for each share that anybody wants.
    pub(super) queues: Vec<u32>,
    /// The class that it is kept for, and how that wants to hold it.
    pub(super) pin: Option<(u32, Share)>,
    /// How somebody wants it for whom it is kept for a moment, and until when.
    pub(super) moment: Option<(Share, u64)>,
}

impl Holding {
    pub(super) fn new(stock: Stock) -> Self {
        Self {
            stock,
            out: 0,
            sharing: 0,
            holders: 0,
            load: 0,
            load_time: 0,
            drain: 0,
            queues: Vec::new(),
            pin: None,
            moment: None,
        }
    }

    pub(super) fn reset(&mut self) {
        let queues = std::mem::take(&mut self.queues);
        *self = Self::new(self.stock);
        self.queues = queues;
    }

    /// As much of it is out as there.
    pub(super) fn stand_where(&mut self, other: &Self) {
        self.out = other.out;
        self.sharing = other.sharing;
        self.holders = other.holders;
        self.load = other.load;
        self.load_time = other.load_time;
        self.drain = other.drain;
        self.pin = other.pin;
    }

    /// Whether so much of it can be had now.
    pub(super) fn allows(&self, share: Share) -> bool {
        let units = match share {
            Share::Shared if self.sharing > 0 => 0,
            Share::Shared => self.stock.shared_takes,
            Share::Units(units) => units,
        };
        let shared = if self.sharing > 0 {
            self.stock.shared_takes
        } else {
            0
        };
        self.out + shared + units <= self.stock.capacity
    }

    pub(super) fn take(&mut self, share: Share, until: u64) {
        match share {
            Share::Shared => self.sharing += 1,
            Share::Units(units) => self.out += units,
        }
        self.drain = if self.holders == 0 {
            until
        } else {
            self.drain.max(until)
        };
        self.holders += 1;
    }

    pub(super) fn give_back(&mut self, share: Share) {
        match share {
            Share::Shared => self.sharing -= 1,
            Share::Units(units) => self.out -= units,
        }
        self.holders -= 1;
    }

    /// Units that are out, and how many share it.
    #[cfg(test)]
    pub(super) fn held(&self) -> (u32, u32) {
        (self.out, self.sharing)
    }

    /// Somebody more, or fewer, will want it for himself.
    pub(super) fn change_load(&mut self, work: u64, comes: bool) {
        self.load = if comes {
            self.load.saturating_add(work)
        } else {
            self.load.saturating_sub(work)
        };
        self.load_time = self.load / u64::from(self.stock.capacity.max(1));
    }

    /// Whether nobody could hold it beside one who has so much of it, but those who share it with him.
    pub(super) fn is_all(&self, share: Share) -> bool {
        let takes = match share {
            Share::Shared => self.stock.shared_takes,
            Share::Units(units) => units,
        };
        takes == self.stock.capacity
    }

    /// Until when it is kept for a moment from those who want it so.
    pub(super) fn kept_until(&self, share: Share) -> Option<u64> {
        let (wanted, until) = self.moment?;
        ((share, wanted) != (Share::Shared, Share::Shared)).then_some(until)
    }

    /// Whether it is kept for another class that could not hold it beside this one.
    pub(super) fn is_kept_from(&self, class: u32, share: Share) -> bool {
        self.pin.is_some_and(|(owner, wanted)| {
            owner != class && (share, wanted) != (Share::Shared, Share::Shared)
        })
    }
}

/// Those who want a resource in the same way.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) resource: u32,
    pub(super) share: Share,
    /// All classes that want it so.
    pub(super) classes: Vec<u32>,
    /// Classes that are parked here.
    pub(super) parked: BinaryHeap<Waiter>,
    /// How many ready tasks want it this way, wherever they are parked.
    pub(super) waiting: u32,
    /// Since when none of those who wait has got it.
    pub(super) unserved_since: u64,
    /// The class that was woken last, and is to pass the word on.
    pub(super) woken: Option<Waiter>,
    /// The class that is the next of these to have a pin.
    pub(super) owner: Option<u32>,
}

impl Queue {
    pub(super) fn new(resource: u32, share: Share) -> Self {
        Self {
            resource,
            share,
            classes: Vec::new(),
            parked: BinaryHeap::new(),
            waiting: 0,
            unserved_since: 0,
            woken: None,
            owner: None,
        }
    }

    /// As many wait as there, since the same time; where they are parked is another matter.
    pub(super) fn stand_where(&mut self, other: &Self) {
        self.waiting = other.waiting;
        self.unserved_since = other.unserved_since;
        self.owner = other.owner;
    }

    pub(super) fn reset(&mut self) {
        self.owner = None;
        self.parked.clear();
        self.waiting = 0;
        self.unserved_since = 0;
        self.woken = None;
    }
}

/// A class in a heap. It counts only while the class has this version: entries are not removed when the
/// class moves, they are passed over when they come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Waiter {
    pub(super) key: Key,
    pub(super) class: u32,
    pub(super) version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_alone_or_shared() {
        let mut lock = Holding::new(Stock::lock());
        lock.take(Share::Shared, 5);
        assert!(lock.allows(Share::Shared) && !lock.allows(Share::Units(1)));
        lock.take(Share::Shared, 3);
        assert_eq!(lock.drain, 5);
        lock.give_back(Share::Shared);
        assert!(!lock.allows(Share::Units(1)), "one still shares it");
        lock.give_back(Share::Shared);
        lock.take(Share::Units(1), 9);
        assert!(!lock.allows(Share::Shared) && !lock.allows(Share::Units(1)));
    }

    #[test]
    fn those_who_share_a_pool_take_one_unit_or_all() {
        let mut pool = Holding::new(Stock::pool(3));
        pool.take(Share::Shared, 1);
        assert!(pool.allows(Share::Units(2)) && !pool.allows(Share::Units(3)));
        let mut pool = Holding::new(Stock::pool(3).shared_as_a_whole());
        pool.take(Share::Units(1), 1);
        assert!(!pool.allows(Share::Shared) && pool.allows(Share::Units(2)));
    }
}
