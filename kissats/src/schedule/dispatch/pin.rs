//! The phase pin: nobody is kept out of a resource for ever by those who hold it in another way.

use super::class::{ClassNeed, Place};
use super::dispatcher::Dispatcher;
use crate::schedule::Share;

/// After so many times the patience, a line decides for whom something is kept.
const LAST_PATIENCE: u64 = 3;

/// Many tasks that share a resource can hand it to each other for ever, and one that wants it alone never
/// gets it. A fair lock, which lets nobody pass, would cost more than half of the speed. So those who
/// share may pass, but not for longer than the patience. Then all resources of one that was kept out are
/// pinned: kept for its class, until it starts, which is before all others. Meanwhile others may use them
/// only if they are expected to be done before those who hold them are.
///
/// A class pins all its resources or none, and none that is pinned already. So the owners of pins have
/// no resource in common, and none of them waits for another. There are no more pins than workers, and
/// of the owners the oldest starts first. So each has its resources after one task, and a worker after one more.
///
/// Where tasks want several resources, pins of others can overlap with one's own again and again, and who
/// is parked elsewhere is not asked. So there is a second, longer patience. Who was kept out for so long
/// stands in a line: nobody pins what somebody before him in the line needs, and who was served
/// comes to its end. So the first without a pin has one, or what he wants, when those that there are have
/// ended. To go by the line from the start would cost more: it keeps what many others want.
impl Dispatcher {
    /// Whether the class may take what is free, or somebody has waited long enough for it.
    pub(super) fn may_pass(&mut self, now: u64, class: u32, need: ClassNeed) -> bool {
        if self.patience < u64::MAX {
            self.pin_for_overdue(now, need);
        }
        let holding = &self.holdings[need.resource as usize];
        if !holding.is_kept_from(class, need.share) {
            return true;
        }
        let ends = now.saturating_add(self.expected(class));
        holding.holders > 0 && ends <= holding.drain
    }

    /// Keeps the resource for one who wants it in another way, if for too long nobody of these had it.
    fn pin_for_overdue(&mut self, now: u64, need: ClassNeed) {
        let mut overdue = None;
        let mut joined = false;
        for place in 0..self.holdings[need.resource as usize].queues.len() {
            let queue = self.holdings[need.resource as usize].queues[place];
            let kept_out = self.kept_out_for(now, queue);
            if queue == need.queue || kept_out <= self.patience {
                continue;
            }
            overdue = overdue.or(Some(queue));
            if kept_out > self.patience.saturating_mul(LAST_PATIENCE) {
                joined |= self.join_line(queue);
            }
        }
        let Some(overdue) = overdue else {
            return;
        };
        if joined {
            self.pin_for_line();
        }
        if self.holdings[need.resource as usize].pin.is_some() || self.pins == self.workers {
            return;
        }
        if let Some(owner) = self.next_owner(overdue, false)
            && self.can_pin(owner, &self.spoken_for())
        {
            self.pin(owner);
        }
    }

    /// For how long somebody who wants it in this way has waited, and nobody of these had it.
    fn kept_out_for(&self, now: u64, queue: u32) -> u64 {
        let known = &self.queues[queue as usize];
        if known.share == Share::Shared || known.waiting == 0 {
            return 0;
        }
        now.saturating_sub(known.unserved_since)
    }

    /// Nobody comes before those who are in it, so each of them is waited for once at most.
    fn join_line(&mut self, queue: u32) -> bool {
        if self.line.contains(&queue) {
            return false;
        }
        self.line.push(queue);
        true
    }

    /// Somebody was served, or nobody waits any more. Whether the queue stood in the line.
    pub(super) fn leave_line(&mut self, queue: u32) -> bool {
        let before = self.line.len();
        self.line.retain(|other| *other != queue);
        self.queues[queue as usize].owner = None;
        self.line.len() < before
    }

    /// Pins for those in the line, in its order. Who has to wait for the end of another's pin keeps its
    /// resources from those behind it.
    pub(super) fn pin_for_line(&mut self) {
        let mut spoken_for = Vec::new();
        for place in 0..self.line.len() {
            if self.pins == self.workers {
                // When one of these ends, it is tried again.
                return;
            }
            let queue = self.line[place];
            // Once chosen it stays: what it needs was kept from those behind it.
            let chosen = self.queues[queue as usize].owner;
            let chosen = chosen.filter(|&class| self.key_of(class).is_some());
            let Some(owner) = chosen.or_else(|| self.next_owner(queue, true)) else {
                continue;
            };
            self.queues[queue as usize].owner = Some(owner);
            if self.can_pin(owner, &spoken_for) {
                self.pin(owner);
            } else {
                let needs = self.classes[owner as usize].needs.iter();
                spoken_for.extend(needs.map(|need| need.resource));
            }
        }
    }

    /// What those need who are in the line.
    fn spoken_for(&self) -> Vec<u32> {
        let owners = self
            .line
            .iter()
            .filter_map(|&queue| self.queues[queue as usize].owner);
        let needs = owners.flat_map(|owner| &self.classes[owner as usize].needs);
        needs.map(|need| need.resource).collect()
    }

    fn can_pin(&self, owner: u32, spoken_for: &[u32]) -> bool {
        let mut needs = self.classes[owner as usize].needs.iter();
        needs.all(|need| {
            let is_pinned = self.holdings[need.resource as usize].pin.is_some();
            !is_pinned && !spoken_for.contains(&need.resource)
        })
    }

    fn pin(&mut self, owner: u32) {
        self.classes[owner as usize].pin = Some(self.pins_made);
        self.pins_made += 1;
        self.pins += 1;
        for need in &self.classes[owner as usize].needs {
            self.holdings[need.resource as usize].pin = Some((owner, need.share));
        }
        // It may be parked at what is free by now, behind others.
        self.make_candidate(owner);
    }

    /// Of those who want it so, the one whose other resources are wanted least: while they are kept for it,
    /// nobody uses them. Who lacks another resource, too, is chosen only if `anywhere`, and last.
    fn next_owner(&mut self, queue: u32, anywhere: bool) -> Option<u32> {
        let mut best = None;
        for place in 0..self.queues[queue as usize].classes.len() {
            let class = self.queues[queue as usize].classes[place];
            let Some(key) = self.key_of(class) else {
                continue;
            };
            let known = &self.classes[class as usize];
            let lacks_this =
                matches!(known.place, Place::Candidate) || known.place == Place::Parked(queue);
            if !lacks_this && !anywhere {
                continue;
            }
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
        if self.classes[class as usize].pin.take().is_none() {
            return;
        }
        self.pins -= 1;
        for need in &self.classes[class as usize].needs {
            self.holdings[need.resource as usize].pin = None;
        }
        self.pin_for_line();
        for place in 0..self.classes[class as usize].needs.len() {
            self.wake(self.classes[class as usize].needs[place].resource);
        }
    }
}
