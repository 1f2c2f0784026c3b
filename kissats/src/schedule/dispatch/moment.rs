//! What is kept for a moment for those who come next.

use super::class::{ClassNeed, Place};
use super::dispatcher::Dispatcher;
use super::holding::Queue;
#[cfg(test)]
use super::mistake::Mistake;

/// What should be back by now, and is not, is waited for by this part of the moment.
const OVERDUE: u64 = 4;

/// So many of those who wait for what comes back soon are looked at, in each queue.
const LOOKED_AT: usize = 8;

/// Who takes whatever is free keeps those waiting who need more: one that lacks a single lock, which comes
/// back at once, finds that another one has taken its other lock meanwhile, for long. So if the most urgent
/// one lacks only what is expected back within a moment, what else it needs is kept for it until then. Others
/// may use that if they are expected to be done before.
///
/// It is decided anew whenever anything happens, and when the moment is over: then nothing is kept any more,
/// though what was waited for is not back. What it lacks is kept for it, too, and has to be wanted as a whole: so
/// nobody who is less urgent makes the moment longer, and after each one somebody has started. Whoever was kept
/// out for too long by those who share has a [pin](super::pin), and waits for no moment.
impl Dispatcher {
    /// For one that lacks only what is expected back within so many ticks, all else that it needs is kept
    /// so long. Worth it where estimates are right and tasks need several resources; 0 is never.
    pub(crate) fn with_moment(mut self, ticks: u64) -> Self {
        self.moment = ticks;
        self
    }

    /// From now on, so many ticks are a moment.
    pub(crate) fn set_moment(&mut self, ticks: u64) {
        if self.moment != ticks {
            self.moment = ticks;
            self.looks_again = 0;
        }
    }

    /// When [`next`](Self::next) is to be asked again, even if nothing has happened by then: what is kept for
    /// a moment is for all again.
    pub(crate) fn ask_again(&self) -> Option<u64> {
        #[cfg(test)]
        if self.mistake == Some(Mistake::KeepsForEver) {
            return None;
        }
        (self.looks_again < u64::MAX).then_some(self.looks_again)
    }

    /// The class lacks something. If that comes back soon, the rest is kept for it.
    pub(super) fn keep_for_a_moment(&mut self, now: u64, class: u32) {
        if self.moment == 0 || self.classes[class as usize].pin.is_some() {
            return;
        }
        let mut back: u64 = 0;
        for place in 0..self.classes[class as usize].needs.len() {
            let need = self.classes[class as usize].needs[place];
            let holding = &self.holdings[need.resource as usize];
            if !holding.allows(need.share) {
                if !holding.is_all(need.share) {
                    return;
                }
                back = back.max(holding.drain);
            } else if holding.is_kept_from(class, need.share) || self.has_to_wait(now, class, need)
            {
                return;
            }
        }
        let until = self.until(back);
        if until < now || back > now.saturating_add(self.moment) {
            return;
        }
        self.looks_again = self.looks_again.min(until.saturating_add(1));
        self.next_ones.push(class);
        for need in &self.classes[class as usize].needs {
            let holding = &mut self.holdings[need.resource as usize];
            // Otherwise there is enough for others beside it.
            if holding.is_all(need.share) {
                holding.moment.get_or_insert((need.share, back.max(now)));
            }
        }
    }

    /// Until when that is waited for which is expected back then.
    pub(super) fn until(&self, back: u64) -> u64 {
        back.saturating_add(self.moment / OVERDUE)
    }

    /// Whether one that is more urgent will want it before this one would be done.
    pub(super) fn has_to_wait(&self, now: u64, class: u32, need: ClassNeed) -> bool {
        let holding = &self.holdings[need.resource as usize];
        let until = holding.kept_until(need.share);
        until.is_some_and(|until| {
            let ends = now.saturating_add(self.expected(class));
            ends > until && self.classes[class as usize].pin.is_none()
        })
    }

    /// Something has happened, or a moment is over: nothing is kept any more, and those are looked at again
    /// for whom it was, who were kept out, and who may be the next ones.
    pub(super) fn decide_again(&mut self, now: u64) {
        if now < self.looks_again {
            return;
        }
        self.looks_again = u64::MAX;
        for owner in self.forget_moments() {
            if matches!(self.classes[owner as usize].place, Place::Parked(_)) {
                self.make_candidate(owner);
            }
            self.pass_on(owner);
        }
        if self.moment > 0 {
            self.look_at_next_ones(now);
        }
    }

    /// Nothing is kept for a moment any more: those for whom it was.
    pub(super) fn forget_moments(&mut self) -> Vec<u32> {
        let owners = std::mem::take(&mut self.next_ones);
        for &owner in &owners {
            for need in &self.classes[owner as usize].needs {
                self.holdings[need.resource as usize].moment = None;
            }
        }
        owners
    }

    /// Those who wait for what is expected back within a moment are parked, and nobody would look at them
    /// before it is back.
    fn look_at_next_ones(&mut self, now: u64) {
        for place in 0..self.at_work.len() {
            let class = self.tasks[self.at_work[place] as usize].class;
            for need in 0..self.classes[class as usize].needs.len() {
                let resource = self.classes[class as usize].needs[need].resource as usize;
                let back = self.holdings[resource].drain;
                let is_soon = back <= now.saturating_add(self.moment) && now <= self.until(back);
                if !is_soon {
                    continue;
                }
                for queue in 0..self.holdings[resource].queues.len() {
                    self.look_at_best(self.holdings[resource].queues[queue]);
                }
            }
        }
    }

    fn look_at_best(&mut self, queue: u32) {
        let Queue {
            resource, share, ..
        } = self.queues[queue as usize];
        if self.holdings[resource as usize].allows(share) {
            return;
        }
        let mut looked_at = 0;
        while looked_at < LOOKED_AT
            && let Some(waiter) = self.queues[queue as usize].parked.pop()
        {
            if self.classes[waiter.class as usize].version == waiter.version {
                self.make_candidate(waiter.class);
                looked_at += 1;
            }
        }
    }
}
