//! What is still free in each slot of time.

use super::project::{GUARDS, Project};

/// Slot after slot, each with as many words as the project has.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    words: usize,
    slots: Vec<u64>,
}

impl Timetable {
    /// Makes everything free again.
    pub(super) fn clear(&mut self, project: &Project) {
        self.words = project.free.len();
        self.slots.clear();
    }

    /// The first slot from `earliest` on in which the task fits for its whole duration; it is taken.
    pub(super) fn place(&mut self, project: &Project, task: usize, earliest: u32) -> u32 {
        let duration = project.durations[task] as usize;
        let needs = &project.needs[task];
        if duration == 0 || needs.is_empty() {
            return earliest;
        }
        let first = match needs {
            [(word, amount)] => self.find(*word as usize, *amount, duration, earliest as usize),
            several => self.find_all(several, duration, earliest as usize),
        };
        let end = (first + duration) * self.words;
        while self.slots.len() < end {
            self.slots.extend_from_slice(&project.free);
        }
        for slot in self.slots[first * self.words..end].chunks_exact_mut(self.words) {
            for &(word, amount) in needs {
                slot[word as usize] -= amount;
            }
        }
        u32::try_from(first).unwrap_or(u32::MAX)
    }

    /// As [`Self::find_all`], for those who need one word.
    fn find(&self, word: usize, amount: u64, duration: usize, earliest: usize) -> usize {
        let mut first = earliest;
        let mut slot = earliest;
        while slot < first + duration {
            match self.slots.get(slot * self.words + word) {
                // Behind the last slot that anybody uses, everything fits.
                None => break,
                Some(free) if (free - amount) & GUARDS == GUARDS => {}
                Some(_) => first = slot + 1,
            }
            slot += 1;
        }
        first
    }

    fn find_all(&self, needs: &[(u32, u64)], duration: usize, earliest: usize) -> usize {
        let mut first = earliest;
        let mut slot = earliest;
        while slot < first + duration {
            let from = slot * self.words;
            let Some(free) = self.slots.get(from..from + self.words) else {
                break;
            };
            let fits =
                |&(word, amount): &(u32, u64)| (free[word as usize] - amount) & GUARDS == GUARDS;
            if !needs.iter().all(fits) {
                first = slot + 1;
            }
            slot += 1;
        }
        first
    }

    /// Whether the task could start in this slot and stay for its whole duration.
    pub(super) fn fits(&self, project: &Project, task: usize, slot: u32) -> bool {
        let needs = &project.needs[task];
        let duration = project.durations[task] as usize;
        needs.is_empty() || self.find_all(needs, duration, slot as usize) == slot as usize
    }
}
