//! What holds of a dispatcher between two events: the invariants of its design, each by its number.

use proptest::prelude::*;

use super::class::Place;
use super::dispatcher::{Dispatcher, State};
use crate::schedule::Share;

impl Dispatcher {
    /// Checks all of them, when nothing more starts at this moment.
    pub(super) fn check_invariants(&mut self) -> Result<(), TestCaseError> {
        self.check_what_is_held()?;
        self.check_counts()?;
        self.check_wake_ups()?;
        self.check_pins()
    }

    /// I1, I2, I8: what is out is what those hold who were started, and nothing is held by those who wait.
    fn check_what_is_held(&self) -> Result<(), TestCaseError> {
        let mut held = vec![(0, 0); self.holdings.len()];
        for entry in &self.tasks {
            if entry.state != State::Running {
                continue;
            }
            for need in &self.classes[entry.class as usize].needs {
                let (units, sharing) = &mut held[need.resource as usize];
                match need.share {
                    Share::Shared => *sharing += 1,
                    Share::Units(count) => *units += count,
                }
            }
        }
        for (resource, (holding, held)) in self.holdings.iter().zip(held).enumerate() {
            prop_assert_eq!(holding.held(), held, "I2: of {}", resource);
            let shared = if held.1 > 0 {
                holding.stock.shared_takes
            } else {
                0
            };
            prop_assert!(
                held.0 + shared <= holding.stock.capacity,
                "I1: of {resource}"
            );
        }
        let running = self
            .tasks
            .iter()
            .filter(|entry| entry.state == State::Running);
        prop_assert_eq!(running.count(), self.at_work.len(), "I1: workers");
        Ok(())
    }

    /// What is counted as it comes and goes is what counting anew gives.
    fn check_counts(&self) -> Result<(), TestCaseError> {
        let mut waiting = vec![0; self.queues.len()];
        let mut loads = vec![0; self.holdings.len()];
        for entry in &self.tasks {
            for need in &self.classes[entry.class as usize].needs {
                waiting[need.queue as usize] += u32::from(entry.state == State::Ready);
                let is_left = matches!(entry.state, State::Waiting | State::Ready);
                if let Share::Units(units) = need.share
                    && is_left
                    && !self.is_worker_pool(need.resource)
                {
                    loads[need.resource as usize] += entry.duration * u64::from(units);
                }
            }
        }
        for (number, (queue, waiting)) in self.queues.iter().zip(waiting).enumerate() {
            prop_assert_eq!(queue.waiting, waiting, "those who wait in queue {}", number);
        }
        for (resource, (holding, load)) in self.holdings.iter().zip(loads).enumerate() {
            let time = load / u64::from(holding.stock.capacity);
            prop_assert_eq!(holding.load_time, time, "the load of {}", resource);
        }
        let waits = |queue: &u32| self.queues[*queue as usize].waiting > 0;
        prop_assert!(
            self.line.iter().all(waits),
            "somebody in the line does not wait"
        );
        Ok(())
    }

    /// I3: where a parked class could be served, a class that wants the same is to be looked at, and that one is
    /// not less urgent than the parked one is, or was when it was parked.
    fn check_wake_ups(&mut self) -> Result<(), TestCaseError> {
        for class in 0..self.classes.len() {
            let Place::Parked(queue) = self.classes[class].place else {
                continue;
            };
            let Some(now) = self.key_of(class as u32) else {
                continue;
            };
            let known = &self.queues[queue as usize];
            // Who was refused wants again what it had, and others that want it become more urgent than they
            // were when they were parked. That is seen when they are looked at, and by nobody before.
            let version = self.classes[class].version;
            let mut parked = known.parked.iter();
            let when_parked =
                parked.find(|waiter| waiter.class as usize == class && waiter.version == version);
            let key = when_parked.map_or(now, |waiter| waiter.key.min(now));
            let holding = &self.holdings[known.resource as usize];
            let is_kept = holding.pin.is_some() || holding.kept_until(known.share).is_some();
            if !holding.allows(known.share) || is_kept {
                continue;
            }
            let is_woken = self.candidates.iter().any(|candidate| {
                let other = &self.classes[candidate.class as usize];
                let wants_it = other.needs.iter().any(|need| need.queue == queue);
                other.version == candidate.version && wants_it && candidate.key >= key
            });
            prop_assert!(is_woken, "I3: the class {class} is forgotten");
        }
        Ok(())
    }

    /// The owners of pins keep all that they need, and none of them keeps anything from another.
    fn check_pins(&self) -> Result<(), TestCaseError> {
        for (number, class) in (0..).zip(&self.classes) {
            let mut pins = class.needs.iter().map(|need| {
                let pin = self.holdings[need.resource as usize].pin;
                pin.is_some_and(|(owner, _)| owner == number)
            });
            prop_assert!(pins.all(|is_pinned| is_pinned == class.pin.is_some()));
        }
        Ok(())
    }

    /// I4: whether a ready task that could start does not because something is kept for another.
    pub(super) fn is_kept_out(&self, now: u64, task: u32) -> bool {
        let class = self.tasks[task as usize].class;
        let mut needs = self.classes[class as usize].needs.iter();
        needs.any(|need| {
            let holding = &self.holdings[need.resource as usize];
            let is_next = |until: u64| now <= self.until(until);
            let is_kept = holding.kept_until(need.share).is_some_and(is_next);
            is_kept || holding.is_kept_from(class, need.share)
        })
    }

    /// I6: how many classes have something to start.
    pub(super) fn classes_ready(&self) -> usize {
        let is_ready = |place: Place| place != Place::Idle;
        let classes = self.classes.iter();
        classes.filter(|class| is_ready(class.place)).count()
    }
}
