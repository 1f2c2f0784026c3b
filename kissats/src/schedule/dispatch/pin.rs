//! The phase pin: nobody is kept out of a resource for ever by those who hold it in another way.

use super::class::{ClassNeed, Place};
use super::dispatcher::Dispatcher;
use super::holding::Waiter;
use crate::schedule::Share;

/// Many tasks that share a resource can hand it to each other for ever, and one that wants it alone never
/// gets it. A fair lock, which lets nobody pass, would cost more than half of the speed. So those who
/// share may pass, but not for longer than the patience. Then all resources of one that was kept out are
/// pinned: kept for its class, until it starts, which is before all others. Meanwhile others may use them
/// only if they are expected to be done before those who hold them are.
///
/// A class pins all its resources or none, and none that is pinned already. So the owners of pins have
/// no resource in common, and none of them waits for another.
impl Dispatcher {
    /// Whether the class may take what is free, or somebody has waited long enough for it.
    pub(super) fn may_pass(&mut self, now: u64, class: u32, need: ClassNeed) -> bool {
        if self.patience < u64::MAX {
            self.pin_for_overdue(now, class, need);
        }
        let holding = &self.holdings[need.resource as usize];
        if !holding.is_kept_from(class, need.share) {
            return true;
        }
        let ends = now.saturating_add(self.expected(class));
        holding.holders > 0 && ends <= holding.drain
    }

    /// Keeps the resource for one who wants it in another way, if for too long nobody of these had it.
    fn pin_for_overdue(&mut self, now: u64, class: u32, need: ClassNeed) {
        let holding = &self.holdings[need.resource as usize];
        if holding.pin.is_some() {
            return;
        }
        let overdue = holding.queues.iter().copied().find(|&queue| {
            let known = &self.queues[queue as usize];
            queue != need.queue
                && known.share != Share::Shared
                && known.waiting > 0
                && now.saturating_sub(known.unserved_since) > self.patience
        });
        let Some(owner) = overdue.and_then(|queue| self.next_owner(queue)) else {
            return;
        };
        let free = |need: &ClassNeed| self.holdings[need.resource as usize].pin.is_none();
        if owner == class || !self.classes[owner as usize].needs.iter().all(free) {
            return;
        }
        self.classes[owner as usize].is_pinning = true;
        for need in &self.classes[owner as usize].needs {
            self.holdings[need.resource as usize].pin = Some((owner, need.share));
        }
        if self.classes[owner as usize].place == Place::Candidate {
            // Nothing comes before it now.
            self.make_candidate(owner);
        }
    }

    /// Of those who want it so, parked here or not looked at yet, the one whose other resources are wanted
    /// least: while they are kept for it, nobody uses them.
    fn next_owner(&mut self, queue: u32) -> Option<u32> {
        let wants_it = |waiter: &&Waiter| {
            let class = &self.classes[waiter.class as usize];
            let wants_it = class.needs.iter().any(|need| need.queue == queue);
            class.version == waiter.version && wants_it
        };
        let parked = self.queues[queue as usize].parked.iter();
        let waiting = parked.chain(&self.candidates).filter(wants_it);
        let owner = waiting.min_by_key(|waiter| {
            let needs = self.classes[waiter.class as usize].needs.iter();
            let others = needs.filter(|need| need.queue != queue);
            let wanted = others.map(|need| self.holdings[need.resource as usize].load_time);
            (wanted.sum::<u64>(), std::cmp::Reverse(waiter.key))
        });
        let owner = owner?.class;
        self.key_of(owner).map(|_| owner)
    }

    /// The class has started, or has nothing to start any more: what was kept for it is for all again.
    pub(super) fn unpin(&mut self, class: u32) {
        if !std::mem::take(&mut self.classes[class as usize].is_pinning) {
            return;
        }
        for place in 0..self.classes[class as usize].needs.len() {
            let resource = self.classes[class as usize].needs[place].resource;
            self.holdings[resource as usize].pin = None;
            self.wake(resource);
        }
    }
}
