//! The phase pin: nobody is kept out of a resource for ever by those who hold it in another way.

use std::collections::BTreeSet;

use super::class::{ClassNeed, Place};
use super::dispatcher::Dispatcher;
use crate::schedule::Share;
use crate::schedule::rows::as_index;

/// Many tasks that share a resource can hand it to each other for ever, and one that wants it alone never
/// gets it. A fair lock, which lets nobody pass, would cost more than half of the speed. So those who
/// share may pass, but not for longer than the patience. Then all resources of one that was kept out are
/// pinned: kept for its class, until it starts, which is before all others. Meanwhile others may use them
/// only if they are expected to be done before those who hold them are.
///
/// A class pins all its resources or none, and none that is pinned already. So the owners of pins have
/// no resource in common, and none of them waits for another. Who was kept out longer pins first: nobody
/// who was served meanwhile comes before him once more.
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
        let mut others = holding.queues.iter().filter(|&&queue| queue != need.queue);
        let has_overdue = others.any(|&queue| {
            // It was refused because of a pin, and none has ended since.
            let is_in_vain = self.queues[queue as usize].refused_after == Some(self.unpinned);
            self.is_overdue(now, queue) && !is_in_vain
        });
        if has_overdue {
            self.pin_overdue(now, class, need.resource);
        }
    }

    fn is_overdue(&self, now: u64, queue: u32) -> bool {
        let known = &self.queues[queue as usize];
        known.share != Share::Shared
            && known.waiting > 0
            && now.saturating_sub(known.unserved_since) > self.patience
    }

    /// Pins for those who were kept out of this resource for too long, behind those who have waited longer
    /// and were refused. Who has to wait for the end of another's pin keeps its resources from those who
    /// come after it.
    fn pin_overdue(&mut self, now: u64, examined: u32, wanted: u32) {
        let overdue = (0..as_index(self.queues.len())).filter(|&queue| {
            let known = &self.queues[queue as usize];
            let is_in_line = known.resource == wanted || known.refused_after.is_some();
            let pin = self.holdings[known.resource as usize].pin;
            is_in_line && pin.is_none() && self.is_overdue(now, queue)
        });
        let mut overdue: Vec<u32> = overdue.collect();
        overdue.sort_by_key(|&queue| self.queues[queue as usize].unserved_since);
        let mut spoken_for = BTreeSet::new();
        for queue in overdue {
            // Once chosen it stays: what it needs was kept from those who came after it.
            let chosen = self.queues[queue as usize].owner;
            let chosen = chosen.filter(|&class| self.key_of(class).is_some());
            let Some(owner) = chosen.or_else(|| self.next_owner(queue)) else {
                continue;
            };
            self.queues[queue as usize].owner = Some(owner);
            let is_free = |need: &ClassNeed| {
                let holding = &self.holdings[need.resource as usize];
                holding.pin.is_none() && !spoken_for.contains(&need.resource)
            };
            if self.classes[owner as usize].needs.iter().all(is_free) {
                self.pin(owner, examined);
            } else {
                let needs = self.classes[owner as usize].needs.iter();
                spoken_for.extend(needs.map(|need| need.resource));
                self.queues[queue as usize].refused_after = Some(self.unpinned);
            }
        }
    }

    fn pin(&mut self, owner: u32, examined: u32) {
        self.classes[owner as usize].is_pinning = true;
        for need in &self.classes[owner as usize].needs {
            self.holdings[need.resource as usize].pin = Some((owner, need.share));
        }
        // One that is being looked at starts or parks in any case. Another may be parked at what is free by
        // now, behind others; nothing comes before it any more.
        if owner != examined {
            self.make_candidate(owner);
        }
    }

    /// Of those who want it so, the one whose other resources are wanted least: while they are kept for it,
    /// nobody uses them. Who is parked at another resource comes after those who lack only this one.
    fn next_owner(&mut self, queue: u32) -> Option<u32> {
        let mut best = None;
        for place in 0..self.queues[queue as usize].classes.len() {
            let class = self.queues[queue as usize].classes[place];
            let Some(key) = self.key_of(class) else {
                continue;
            };
            let known = &self.classes[class as usize];
            let lacks_this =
                matches!(known.place, Place::Candidate) || known.place == Place::Parked(queue);
            let others = known.needs.iter().filter(|need| need.queue != queue);
            let wanted = others.map(|need| self.holdings[need.resource as usize].load_time);
            let worth = (lacks_this, std::cmp::Reverse(wanted.sum::<u64>()), key);
            if best.is_none_or(|(most, _)| most < worth) {
                best = Some((worth, class));
            }
        }
        best.map(|(_, class)| class)
    }

    /// The class has started, or has nothing to start any more: what was kept for it is for all again.
    pub(super) fn unpin(&mut self, class: u32) {
        if !std::mem::take(&mut self.classes[class as usize].is_pinning) {
            return;
        }
        self.unpinned += 1;
        for place in 0..self.classes[class as usize].needs.len() {
            let resource = self.classes[class as usize].needs[place].resource;
            self.holdings[resource as usize].pin = None;
            self.wake(resource);
        }
    }
}
