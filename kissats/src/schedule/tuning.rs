//! Levels that make a better run.

use crate::schedule::chance::Chance;
use crate::schedule::power::power;
use crate::schedule::sharing::Sharing;
use crate::schedule::simulator::Simulator;
use crate::schedule::{Bounds, Workload};

/// A hand-over that is a smaller part of what tasks take on average changes little; the time is better spent
/// on more levels.
const MATTERS: u64 = 1_000;

/// By how much a level is changed at most.
const MOST_GROWN: f64 = 20.0;

/// What comes back within this part of what tasks take on average may be worth waiting for.
const MOMENT: u64 = 8;

/// A local search for levels: simulate, change some, keep what is no worse.
///
/// A search that simulates one run only finds levels that lean on times which never come true to the tick:
/// two tasks end at the same moment, and a third can have what both held. One tick more, and all that comes
/// after is another run, no better than any. So levels have to do well in two runs that differ by as little
/// as real runs do, where tasks are so short that it matters.
#[derive(Debug)]
pub(crate) struct Tuning<'a> {
    workload: &'a Workload,
    simulator: Simulator<'a>,
    chance: Chance,
    scenarios: Vec<Scenario>,
    /// The levels of the critical path: how long it is from each task to the end.
    tails: Vec<u64>,
    levels: Vec<u64>,
    /// What the best levels come to, all scenarios together.
    makespan: u64,
    simulations: u64,
    moment: u64,
}

/// How long tasks may take.
#[derive(Debug)]
struct Scenario {
    durations: Vec<u64>,
    /// How long it is from each task to the end.
    tails: Vec<u64>,
    /// The run is not shorter.
    bound: u64,
}

impl Scenario {
    fn new(workload: &Workload, durations: Vec<u64>, clique: &[u32]) -> Self {
        let workload = workload.clone().with_durations(durations);
        Self {
            tails: workload.levels(),
            bound: Bounds::with(&workload, clique).lower_bound(),
            durations: workload.durations().to_vec(),
        }
    }
}

impl<'a> Tuning<'a> {
    /// Begins with the levels of the critical path. From the end of a task to the start of the next,
    /// `hand_over` ticks pass, sometimes up to twice as many. Tasks of `clique` exclude each other.
    pub(crate) fn new(
        workload: &'a Workload,
        patience: u64,
        (seed, hand_over): (u64, u64),
        clique: &[u32],
    ) -> Self {
        let mut chance = Chance::new(seed);
        let durations = workload.durations().iter();
        let steady = durations.map(|duration| duration.saturating_add(hand_over));
        let steady: Vec<u64> = steady.collect();
        let mut scenarios = Vec::new();
        let work: u64 = workload.durations().iter().sum();
        let count = workload.len() as u64;
        if hand_over.saturating_mul(MATTERS).saturating_mul(count) > work {
            let late = |duration: &u64| duration + (chance.fraction() * hand_over as f64) as u64;
            let unsteady = steady.iter().map(late).collect();
            scenarios.push(Scenario::new(workload, unsteady, clique));
        }
        scenarios.push(Scenario::new(workload, steady, clique));
        let mut tuning = Self {
            workload,
            simulator: Simulator::new(workload, patience),
            chance,
            scenarios,
            tails: workload.levels(),
            levels: Vec::new(),
            makespan: u64::MAX,
            simulations: 0,
            moment: 0,
        };
        tuning.try_out(tuning.tails.clone(), u64::MAX);
        tuning
    }

    /// Tries to keep for a moment what those need who come next.
    pub(crate) fn try_moment(&mut self, starts: u64) {
        let work: u64 = self.workload.durations().iter().sum();
        let ticks = work / (self.workload.len().max(1) as u64) / MOMENT;
        if self.is_over(starts) {
            return;
        }
        let before = self.makespan;
        self.simulator.set_moment(ticks);
        // Half a hundredth: less is as likely to be luck.
        self.try_out(self.tails.clone(), before - before / 200);
        if self.makespan < before {
            self.moment = ticks;
        } else {
            self.simulator.set_moment(0);
        }
    }

    /// For how long things are kept for those who come next.
    pub(crate) fn moment(&self) -> u64 {
        self.moment
    }

    /// What the best levels come to, all scenarios together.
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
        self.try_out(levels, self.makespan);
    }

    /// Tries levels with which those who share a resource do so at one time: of all resources, and of those
    /// that are wanted for most of the run. Keeps those that are better, as [`improve`](Self::improve) does.
    pub(crate) fn try_together(&mut self, bound: u64, starts: u64) {
        let sharing = Sharing::of(self.workload, &self.tails);
        let most = bound - bound / 5;
        let mut tried = vec![self.tails.clone()];
        for (least, part) in [(most, 1), (0, 1), (most, 2), (0, 2)] {
            let levels = sharing.levels(least, part);
            if tried.contains(&levels) {
                continue;
            }
            if self.is_over(starts) {
                return;
            }
            tried.push(levels.clone());
            self.try_out(levels, self.makespan - 1);
        }
    }

    /// Changes levels until so many starts were simulated, or the runs cannot be shorter.
    pub(crate) fn improve(&mut self, starts: u64) {
        let all: Vec<u32> = (0..).take(self.workload.len()).collect();
        while !self.is_over(starts) {
            let changed = changed(&self.levels, &all, &mut self.chance);
            self.try_out(changed, self.makespan);
        }
    }

    /// Whether so many starts were simulated, or the runs cannot be shorter.
    fn is_over(&self, starts: u64) -> bool {
        let count = self.workload.len().max(1) as u64;
        let bounds = self.scenarios.iter().map(|scenario| scenario.bound);
        let bound = bounds.fold(0, u64::saturating_add);
        self.simulations.saturating_mul(count) >= starts || self.makespan <= bound
    }

    /// Keeps the levels if the runs take no longer than this, all together.
    fn try_out(&mut self, levels: Vec<u64>, longest: u64) {
        let mut makespan: u64 = 0;
        for scenario in &self.scenarios {
            self.simulations += 1;
            let Scenario {
                durations, tails, ..
            } = scenario;
            let latest = longest - makespan;
            let found = self.simulator.makespan(&levels, durations, tails, latest);
            let Some(found) = found.filter(|found| *found <= latest) else {
                return;
            };
            makespan += found;
        }
        self.levels = levels;
        self.makespan = makespan;
    }

    pub(crate) fn simulations(&self) -> u64 {
        self.simulations
    }

    pub(crate) fn into_levels(self) -> Vec<u64> {
        self.levels
    }
}

/// Other levels: from one of these tasks up to a third of them, by up to a factor of twenty, up or down. What a task wants
/// for itself often weighs more than its level, so small changes change nothing.
pub(crate) fn changed(levels: &[u64], tasks: &[u32], chance: &mut Chance) -> Vec<u64> {
    let mut levels = levels.to_vec();
    let most = (tasks.len() as f64 / 3.0).max(2.0);
    let how_many = power(most, chance.fraction()).ceil() as usize;
    for _ in 0..how_many {
        let task = tasks[chance.below(tasks.len())] as usize;
        let factor = power(MOST_GROWN * MOST_GROWN, chance.fraction()) / MOST_GROWN;
        levels[task] = (levels[task] as f64 * factor) as u64;
    }
    levels
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
            let mut tuning = Tuning::new(&workload, u64::MAX, (1, 0), &[]);
            tuning.improve(starts);
            (tuning.makespan(), tuning.into_levels())
        };
        assert_eq!(tuned(0).0, 7);
        assert_eq!(tuned(10_000).0, 6);
        assert_eq!(tuned(10_000), tuned(10_000), "the same seed gives the same");
    }

    #[test]
    fn a_run_that_is_as_short_as_can_be_is_not_changed() {
        let workload = Workload::new(1, Vec::new(), vec![WorkTask::new(2); 4]).unwrap();
        let mut tuning = Tuning::new(&workload, u64::MAX, (1, 0), &[]);
        tuning.improve(1_000);
        assert_eq!(tuning.simulations(), 1);
    }
}
