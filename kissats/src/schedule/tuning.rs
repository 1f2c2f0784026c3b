//! Levels that make a better run.

use crate::schedule::Workload;
use crate::schedule::chance::Chance;
use crate::schedule::simulator::Simulator;

/// A local search for levels: simulate, change some, keep what is no worse.
///
/// The runs take what is expected. Runs with noise beside them were tried, to keep the levels from leaning
/// on times that do not come true: it makes no difference, because levels are only an order, and
/// half as many can be tried.
#[derive(Debug)]
pub(crate) struct Tuning<'a> {
    workload: &'a Workload,
    simulator: Simulator<'a>,
    chance: Chance,
    /// The levels of the critical path: how long it is from each task to the end.
    tails: Vec<u64>,
    levels: Vec<u64>,
    /// What the best levels come to.
    makespan: u64,
    simulations: u64,
}

impl<'a> Tuning<'a> {
    /// Begins with the levels of the critical path.
    pub(crate) fn new(workload: &'a Workload, patience: u64, seed: u64) -> Self {
        let mut tuning = Self {
            workload,
            simulator: Simulator::new(workload, patience),
            chance: Chance::new(seed),
            tails: workload.levels(),
            levels: Vec::new(),
            makespan: u64::MAX,
            simulations: 0,
        };
        tuning.try_out(tuning.tails.clone());
        tuning
    }

    /// What the best levels come to.
    pub(crate) fn makespan(&self) -> u64 {
        self.makespan
    }

    /// Tries levels in which these tasks come before all others.
    pub(crate) fn try_first(&mut self, tasks: &[u32], bound: u64) {
        let mut levels = self.tails.clone();
        // More than all that a task wants for itself is wanted by others.
        let ahead = bound.saturating_mul(4);
        for &task in tasks {
            levels[task as usize] = levels[task as usize].saturating_add(ahead);
        }
        self.try_out(levels);
    }

    /// Changes levels until so many starts were simulated, or the run cannot be shorter.
    pub(crate) fn improve(&mut self, starts: u64, bound: u64) {
        let count = self.workload.len().max(1) as u64;
        while self.simulations.saturating_mul(count) < starts && self.makespan > bound {
            let changed = self.changed();
            self.try_out(changed);
        }
    }

    /// From one of the levels up to a tenth of them, by up to a factor of e, up or down.
    fn changed(&mut self) -> Vec<u64> {
        let mut levels = self.levels.clone();
        let count = levels.len();
        let most = (count as f64 / 10.0).max(2.0);
        let how_many = most.powf(self.chance.fraction()).ceil() as usize;
        for _ in 0..how_many {
            let task = self.chance.below(count);
            let factor = self.chance.between(-1.0, 1.0).exp();
            levels[task] = (levels[task] as f64 * factor) as u64;
        }
        levels
    }

    /// Keeps the levels if the run takes no longer than with those that were best until now.
    fn try_out(&mut self, levels: Vec<u64>) {
        self.simulations += 1;
        let durations = self.workload.durations();
        let found = self
            .simulator
            .makespan(&levels, durations, &self.tails, self.makespan);
        if let Some(makespan) = found.filter(|makespan| *makespan <= self.makespan) {
            self.levels = levels;
            self.makespan = makespan;
        }
    }

    pub(crate) fn simulations(&self) -> u64 {
        self.simulations
    }

    pub(crate) fn into_levels(self) -> Vec<u64> {
        self.levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::WorkTask;

    #[test]
    fn it_finds_what_the_longest_first_does_not() {
        let tasks = [3, 3, 2, 2, 2].map(WorkTask::new).to_vec();
        let workload = Workload::new(2, Vec::new(), tasks).unwrap();
        let tuned = |starts| {
            let mut tuning = Tuning::new(&workload, u64::MAX, 1);
            tuning.improve(starts, 6);
            (tuning.makespan(), tuning.into_levels())
        };
        assert_eq!(tuned(0).0, 7);
        assert_eq!(tuned(10_000).0, 6);
        assert_eq!(tuned(10_000), tuned(10_000), "the same seed gives the same");
    }

    #[test]
    fn a_run_that_is_as_short_as_can_be_is_not_changed() {
        let workload = Workload::new(1, Vec::new(), vec![WorkTask::new(2); 4]).unwrap();
        let mut tuning = Tuning::new(&workload, u64::MAX, 1);
        tuning.improve(1_000, 8);
        assert_eq!(tuning.simulations(), 1);
    }
}
