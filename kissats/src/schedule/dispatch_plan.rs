//! What planning gives to the run, and to people who ask.

use crate::schedule::clique::longest_clique;
use crate::schedule::simulator::Simulator;
use crate::schedule::tuning::Tuning;
use crate::schedule::{Bounds, DispatchTask, Dispatcher, SimulatedRun, Workload};

/// How much work planning may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanBudget {
    /// How many starts of tasks may be simulated. A million takes about a second; the first simulation
    /// is made in any case.
    pub starts: u64,
    /// Where chance begins: the same seed gives the same plan.
    pub seed: u64,
    /// Whether nobody may be kept out of a resource for ever. It costs a little.
    pub fair: bool,
    /// How many ticks pass from the end of a task to the start of the next, which wants what it held. An
    /// order that is found with 0 is good for exact times only.
    pub hand_over: u64,
}

impl Default for PlanBudget {
    /// Enough for a hundred simulations of some hundred tasks: about 50 ms.
    fn default() -> Self {
        Self {
            // Without optimisation, a simulation takes ten times as long.
            starts: if cfg!(debug_assertions) {
                6_000
            } else {
                60_000
            },
            seed: 1,
            fair: true,
            hand_over: 0,
        }
    }
}

/// The order in which a run starts its tasks, as far as it can be known before.
///
/// The plan says what is more urgent than what, never when a task starts: where times turn out
/// otherwise than expected, who keeps to planned times waits for nothing.
///
/// ```
/// use kissats::schedule::{DispatchPlan, Limit, Need, PlanBudget, Stock, WorkTask, Workload};
///
/// let lock = Need::units(0, 1);
/// let tasks = vec![WorkTask::new(5), WorkTask::new(3).with(lock), WorkTask::new(4).with(lock)];
/// let workload = Workload::new(2, vec![Stock::lock()], tasks)?;
/// let plan = DispatchPlan::of(&workload, PlanBudget::default());
/// assert_eq!((plan.makespan, plan.bounds.lower_bound()), (7, 7));
/// assert_eq!(plan.bounds.limit(), Limit::Resource(0));
/// let mut dispatcher = plan.dispatcher(&workload);
/// dispatcher.ready(0, 1);
/// assert_eq!(dispatcher.next(0), Some(1));
/// # Ok::<(), kissats::schedule::WorkloadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchPlan {
    /// For each task what [`DispatchTask::level`] is to be.
    pub levels: Vec<u64>,
    /// What [`Dispatcher::with_patience`] is to be: a fifth of the shortest run that is thinkable, if the
    /// plan is to be fair.
    pub patience: u64,
    /// What comes back within so many ticks is waited for: an eighth of what tasks take on average, if that helps.
    pub(crate) moment: u64,
    /// How long the run takes if every task takes as long as it is expected to.
    pub makespan: u64,
    /// The tasks in the order in which they start then.
    pub order: Vec<u32>,
    /// What no schedule can beat.
    pub bounds: Bounds,
    /// Tasks that exclude each other by what they need, if it helps to see them as holders of one lock.
    pub hidden_lock: Vec<u32>,
    /// How many runs were simulated, whole or in part.
    pub simulations: u64,
}

impl DispatchPlan {
    /// Plans a workload: a first simulation, then others with changed levels for as long as the budget
    /// allows and there is something to win.
    #[must_use]
    pub fn of(workload: &Workload, budget: PlanBudget) -> Self {
        let clique = longest_clique(workload);
        let bounds = Bounds::with(workload, &clique);
        let patience = if budget.fair {
            bounds.lower_bound() / 5
        } else {
            u64::MAX
        };
        let chance = (budget.seed, budget.hand_over);
        let mut tuning = Tuning::new(workload, patience, chance, &clique);
        tuning.try_moment(budget.starts);
        // Tasks that exclude each other behave as if there were a lock that they all need. If they take
        // so long that they matter, it may help the dispatcher to know it.
        let hidden_lock = workload.clone().with_lock(&clique);
        let mut has_hidden_lock = false;
        if bounds.conflicts.saturating_mul(10) > bounds.lower_bound().saturating_mul(9) {
            tuning.try_first(&clique, bounds.lower_bound());
            let mut other = Tuning::new(&hidden_lock, patience, chance, &clique);
            other.try_moment(budget.starts);
            other.try_first(&clique, bounds.lower_bound());
            // Half a hundredth: less is as likely to be luck.
            if other.makespan() < tuning.makespan() - tuning.makespan() / 200 {
                tuning = other;
                has_hidden_lock = true;
            }
        }
        tuning.try_together(bounds.lower_bound(), budget.starts);
        tuning.improve(budget.starts);
        let simulations = tuning.simulations();
        let moment = tuning.moment();
        let levels = tuning.into_levels();
        let planned = if has_hidden_lock {
            &hidden_lock
        } else {
            workload
        };
        let mut simulator = Simulator::new(planned, patience);
        simulator.set_moment(moment);
        let durations = workload.durations();
        let makespan = simulator.makespan(&levels, durations, durations, u64::MAX);
        let run = simulator.into_run(makespan.unwrap_or(u64::MAX));
        let mut started: Vec<(u64, u32)> = run.starts.iter().copied().zip(0..).collect();
        started.sort_unstable();
        let order = started.into_iter().map(|(_, task)| task).collect();
        Self {
            levels,
            patience,
            moment,
            makespan: run.makespan,
            order,
            bounds,
            hidden_lock: if has_hidden_lock { clique } else { Vec::new() },
            simulations,
        }
    }

    /// By how much the run is longer than it would have to be at best, as a part of that: 0.02 is two in
    /// a hundred.
    #[must_use]
    pub fn gap(&self) -> f64 {
        let bound = self.bounds.lower_bound();
        if bound == 0 {
            return 0.0;
        }
        self.makespan as f64 / bound as f64 - 1.0
    }

    /// A dispatcher that has admitted all tasks of the workload, under their numbers.
    #[must_use]
    pub fn dispatcher(&self, workload: &Workload) -> Dispatcher {
        let workload = &workload.clone().with_lock(&self.hidden_lock);
        let dispatcher = Dispatcher::new(workload.workers(), workload.stocks());
        let dispatcher = dispatcher.with_patience(self.patience);
        let mut dispatcher = dispatcher.with_moment(self.moment);
        for (task, &duration) in (0..).zip(workload.durations()) {
            let known = DispatchTask {
                duration,
                level: self.levels[task as usize],
                priority: workload.priority(task),
            };
            dispatcher.admit(&known, workload.needs(task));
        }
        dispatcher
    }

    /// The run in virtual time, if the tasks take so long.
    #[must_use]
    pub fn simulated(&self, workload: &Workload, durations: &[u64]) -> SimulatedRun {
        let planned = workload.clone().with_lock(&self.hidden_lock);
        let mut simulator = Simulator::new(&planned, self.patience);
        simulator.set_moment(self.moment);
        let makespan = simulator.makespan(&self.levels, durations, durations, u64::MAX);
        simulator.into_run(makespan.unwrap_or(u64::MAX))
    }
}
