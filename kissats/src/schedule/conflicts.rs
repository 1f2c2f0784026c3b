//! Which tasks can never run at the same time.

use crate::schedule::rows::as_index;
use crate::schedule::{Need, Share, Stock, Workload};

/// For every task a row of bits, one for each task that it can never overlap with: because one waits for
/// the other, over others or at once, or because together they would need more than there is.
#[derive(Debug)]
pub(crate) struct Conflicts {
    words: usize,
    bits: Vec<u64>,
}

impl Conflicts {
    pub(crate) fn of(workload: &Workload) -> Self {
        let count = workload.len();
        let words = count.div_ceil(64);
        let mut conflicts = Self {
            words,
            bits: vec![0; words * count],
        };
        // Who comes after a task: those that wait for it, and those that come after these.
        for &task in workload.order().iter().rev() {
            for &next in workload.dependents(task) {
                conflicts.set(task as usize, next as usize);
                for word in 0..words {
                    let after = conflicts.bits[next as usize * words + word];
                    conflicts.bits[task as usize * words + word] |= after;
                }
            }
        }
        for one in 0..count {
            for other in 0..count {
                if conflicts.contain(one, other) {
                    conflicts.set(other, one);
                }
            }
        }
        conflicts.add_resources(workload);
        conflicts
    }

    fn add_resources(&mut self, workload: &Workload) {
        let mut users: Vec<Vec<(u32, Need)>> = vec![Vec::new(); workload.stocks().len()];
        for task in 0..as_index(workload.len()) {
            for need in workload.needs(task) {
                users[need.resource as usize].push((task, *need));
            }
        }
        for (users, stock) in users.iter().zip(workload.stocks()) {
            for (place, (one, first)) in users.iter().enumerate() {
                for (other, second) in &users[..place] {
                    if !fit_together(stock, first.share, second.share) {
                        self.set(*one as usize, *other as usize);
                        self.set(*other as usize, *one as usize);
                    }
                }
            }
        }
    }

    fn set(&mut self, one: usize, other: usize) {
        self.bits[one * self.words + other / 64] |= 1 << (other % 64);
    }

    pub(crate) fn contain(&self, one: usize, other: usize) -> bool {
        self.bits[one * self.words + other / 64] >> (other % 64) & 1 == 1
    }

    /// Those that the task conflicts with, 64 to a word.
    pub(crate) fn row(&self, task: usize) -> &[u64] {
        &self.bits[task * self.words..(task + 1) * self.words]
    }
}

fn fit_together(stock: &Stock, one: Share, other: Share) -> bool {
    let units = |share| match share {
        Share::Shared => stock.shared_takes,
        Share::Units(units) => units,
    };
    let both_share = one == Share::Shared && other == Share::Shared;
    both_share || units(one).saturating_add(units(other)) <= stock.capacity
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::WorkTask;

    #[test]
    fn chains_and_resources_keep_apart() {
        let tasks = vec![
            WorkTask::new(1),
            WorkTask::new(1).after(0),
            WorkTask::new(1).after(1),
            WorkTask::new(1).with(Need::units(0, 2)),
            WorkTask::new(1).with(Need::units(0, 2)),
            WorkTask::new(1).with(Need::shared(0)),
            WorkTask::new(1).with(Need::shared(0)),
        ];
        let workload = Workload::new(9, vec![Stock::pool(3)], tasks).unwrap();
        let conflicts = Conflicts::of(&workload);
        let pairs: Vec<(usize, usize)> = (0..7)
            .flat_map(|one| (0..one).map(move |other| (other, one)))
            .filter(|&(one, other)| conflicts.contain(one, other))
            .collect();
        assert_eq!(pairs, [(0, 1), (0, 2), (1, 2), (3, 4)]);
        assert!(conflicts.contain(2, 0), "in both directions");
    }
}
