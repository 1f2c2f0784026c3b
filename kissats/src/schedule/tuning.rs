//! Levels that make a better run.

use crate::schedule::chance::Chance;
use crate::schedule::simulator::Simulator;
use crate::schedule::{Bounds, Workload};

/// How far from what is expected durations are thought to be: the standard deviation of their logarithm.
const NOISE: f64 = 0.35;
/// How many runs with noise count beside the one without.
const NOISY: usize = 1;

/// A local search for levels: simulate, change some, keep what is no worse.
///
/// A change is judged by a run in which everything takes as long as expected and by one in which
/// nothing does, so that the levels do not lean on times that will not come true.
#[derive(Debug)]
pub(crate) struct Tuning<'a> {
    workload: &'a Workload,
    simulator: Simulator<'a>,
    chance: Chance,
    scenarios: Vec<Scenario>,
    levels: Vec<u64>,
    /// What the best levels come to in each scenario.
    makespans: Vec<u64>,
    simulations: u64,
}

/// How long tasks take, and what follows from that.
#[derive(Debug)]
struct Scenario {
    durations: Vec<u64>,
    /// How long it is from each task to the end.
    tails: Vec<u64>,
    bound: u64,
}

impl<'a> Tuning<'a> {
    pub(crate) fn new(workload: &'a Workload, clique: &[u32], patience: u64, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut scenarios = Vec::with_capacity(1 + NOISY);
        for number in 0..=NOISY {
            let noise = if number == 0 { 0.0 } else { NOISE };
            let taken = |ticks: &u64| {
                let factor = (chance.normal() * noise - noise * noise / 2.0).exp();
                (*ticks as f64 * factor) as u64
            };
            let durations: Vec<u64> = workload.durations().iter().map(taken).collect();
            let taken = workload.clone().with_durations(durations.clone());
            scenarios.push(Scenario {
                durations,
                tails: taken.levels(),
                bound: Bounds::with(&taken, clique).lower_bound(),
            });
        }
        let mut tuning = Self {
            workload,
            simulator: Simulator::new(workload, patience),
            chance,
            scenarios,
            levels: Vec::new(),
            makespans: Vec::new(),
            simulations: 0,
        };
        tuning.try_out(workload.levels());
        tuning
    }

    /// What the best levels come to in all scenarios together.
    pub(crate) fn total(&self) -> u64 {
        self.makespans.iter().sum()
    }

    /// Tries levels in which these tasks come before all others.
    pub(crate) fn try_first(&mut self, tasks: &[u32]) {
        let mut levels = self.workload.levels();
        // More than a task's resources together are wanted.
        let ahead = self.scenarios[0].bound.saturating_mul(4);
        for &task in tasks {
            levels[task as usize] = levels[task as usize].saturating_add(ahead);
        }
        self.try_out(levels);
    }

    /// Changes levels until so many starts were simulated, or no run could be shorter.
    pub(crate) fn improve(&mut self, starts: u64) {
        let count = self.workload.len();
        let cost = (count * self.scenarios.len()).max(1) as u64;
        let bound: u64 = self.scenarios.iter().map(|scenario| scenario.bound).sum();
        while self.simulations.saturating_mul(cost) < starts && self.total() > bound {
            let changed = self.changed();
            self.try_out(changed);
        }
    }

    /// A few levels, or a tenth of them, up to a third or three times of what they are.
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

    /// Keeps the levels if the runs take no longer together than with those that were best until now.
    fn try_out(&mut self, levels: Vec<u64>) {
        self.simulations += 1;
        let mut makespans = Vec::with_capacity(self.scenarios.len());
        for (place, scenario) in self.scenarios.iter().enumerate() {
            // Worse in one by more than a hundredth is worse.
            let latest = self.makespans.get(place);
            let latest = latest.map_or(u64::MAX, |best| best + best / 100);
            let Scenario {
                durations, tails, ..
            } = scenario;
            match self.simulator.makespan(&levels, durations, tails, latest) {
                Some(makespan) if makespan <= latest => makespans.push(makespan),
                _ => return,
            }
        }
        if self.makespans.is_empty() || makespans.iter().sum::<u64>() <= self.total() {
            self.levels = levels;
            self.makespans = makespans;
        }
    }

    pub(crate) fn simulations(&self) -> u64 {
        self.simulations
    }

    pub(crate) fn into_levels(self) -> Vec<u64> {
        self.levels
    }
}
