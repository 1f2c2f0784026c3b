//! What the search finds, and how it goes on.

use super::decoder::{Decoder, mirrored};
use super::population::{Individual, Population, child_keys};
use super::project::Project;
use crate::schedule::Workload;
use crate::schedule::chance::Chance;
use crate::schedule::power::power;

/// How much may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchBudget {
    /// How many schedules may be made. Every pass over all tasks counts, in either direction.
    pub schedules: u64,
    /// Where chance begins: the same seed finds the same schedule.
    pub seed: u64,
}

/// What a search has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSchedule {
    /// When each task starts, in ticks.
    pub starts: Vec<u64>,
    /// When the last one ends, in ticks.
    pub makespan: u64,
    /// How many schedules were made. Fewer than allowed if one is as short as the longest chain.
    pub schedules: u64,
}

/// Looks for a short schedule of the whole workload, if every task takes as long as it is expected to.
///
/// A genetic algorithm on priority keys. Every schedule is made by two passes: from the end to the start,
/// each task as late as it can be, then from the start to the end, each as early as it can be. So each
/// is doubly justified (Valls, Ballestín, Quintanilla, *Justification and RCPSP: a technique that pays*,
/// EJOR 165, 2005) for no more than the passes that it takes to make one at all.
///
/// Pools that are shared are looked at a little more simply than they are, and long times in slots of
/// many ticks. The schedule is meant to give an order to the dispatcher, not times to start at.
///
/// ```
/// use kissats::schedule::{Need, SearchBudget, Stock, WorkTask, Workload, search};
///
/// let two = |duration| WorkTask::new(duration).with(Need::units(0, 2));
/// let one = |duration| WorkTask::new(duration).with(Need::units(0, 1));
/// let workload = Workload::new(4, vec![Stock::pool(3)], vec![two(4), two(4), one(5), one(3)])?;
/// let found = search(&workload, SearchBudget { schedules: 100, seed: 1 });
/// assert_eq!(found.makespan, 8);
/// # Ok::<(), kissats::schedule::WorkloadError>(())
/// ```
#[must_use]
pub fn search(workload: &Workload, budget: SearchBudget) -> FoundSchedule {
    let project = Project::new(workload);
    let mut search = Search {
        decoder: Decoder::default(),
        chance: Chance::new(budget.seed),
        keys: vec![0; project.len()],
        made: 0,
        bound: project.critical_path(),
        population: Population::new(population_size(budget.schedules)),
        project,
    };
    search.first_generation(budget.schedules);
    search.offspring(budget.schedules);
    let Some(best) = search.population.best() else {
        return FoundSchedule {
            starts: vec![0; workload.len()],
            makespan: 0,
            schedules: search.made,
        };
    };
    let slot = search.project.slot;
    FoundSchedule {
        starts: best
            .starts
            .iter()
            .map(|start| u64::from(*start) * slot)
            .collect(),
        makespan: u64::from(best.length) * slot,
        schedules: search.made,
    }
}

/// Few generations of many, rather than many of few: what was found best at 1,000 to 50,000 schedules.
fn population_size(schedules: u64) -> usize {
    (power(schedules as f64, 0.6) * 0.4).clamp(8.0, 800.0) as usize
}

/// How far chance moves a task of the first generation from the latest time at which it may end, as a
/// part of the longest chain.
const SPREAD: f64 = 0.4;
/// So many times as many schedules are made for the first generation as are kept.
const FIRST: usize = 3;

struct Search {
    project: Project,
    decoder: Decoder,
    chance: Chance,
    keys: Vec<i32>,
    made: u64,
    bound: u32,
    population: Population,
}

impl Search {
    fn goes_on(&self, schedules: u64) -> bool {
        let best = self.population.best();
        self.made < schedules && best.is_none_or(|best| best.length > self.bound)
    }

    /// Latest finish times with chance, turned into schedules in both ways: what waits for nothing is
    /// better at first, what is active leaves more to be found.
    fn first_generation(&mut self, schedules: u64) {
        let chain = self.project.critical_path();
        let most = population_size(schedules) * FIRST;
        for index in 0..most {
            if !self.goes_on(schedules) || (index > 0 && self.made * 2 > schedules) {
                return;
            }
            let spread = if index == 0 { 0.0 } else { SPREAD };
            let spread = spread * f64::from(chain);
            for task in 0..self.project.len() {
                let tail = self.project.forward.tails[task];
                let latest = f64::from(chain - tail + self.project.durations[task]);
                let moved = self.chance.between(-spread, spread);
                self.keys[task] = ((latest + moved) * 16.0) as i32;
            }
            let mut starts = vec![0; self.project.len()];
            let forward = &self.project.forward;
            self.made += 1;
            let length = if index % 2 == 0 {
                let Self {
                    decoder, project, ..
                } = self;
                decoder.parallel(project, &project.forward, &self.keys, &mut starts)
            } else {
                self.decoder
                    .serial(&self.project, forward, &self.keys, &mut starts)
            };
            mirrored(&self.project, &starts, length, &mut self.keys);
            self.justified(starts);
        }
    }

    fn offspring(&mut self, schedules: u64) {
        while self.goes_on(schedules) {
            let Some(parents) = self.population.parents(&mut self.chance) else {
                return;
            };
            child_keys(&self.project, parents, &mut self.chance, &mut self.keys);
            self.justified(vec![0; self.project.len()]);
        }
    }

    /// From keys for the backward direction to a schedule that is kept if it is good.
    fn justified(&mut self, mut starts: Vec<u32>) {
        let (project, decoder) = (&self.project, &mut self.decoder);
        let length = decoder.serial(project, &project.backward, &self.keys, &mut starts);
        mirrored(project, &starts, length, &mut self.keys);
        let length = decoder.serial(project, &project.forward, &self.keys, &mut starts);
        self.made += 2;
        self.population.add(Individual::new(starts, length));
    }
}
