//! Whose turn it is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::engine::Policy;
use crate::engine::lanes::{Lane, Lanes};
use crate::model::{Phase, ReservationMode, ResourceName, RunMode, Timestamp, WorkerKind};
use crate::plan::{PlannedTask, RunPlan, Step};
use crate::schedule::{DispatchTask, Dispatcher, Need, Stock};

/// Decides which of the ready tasks start.
#[derive(Debug)]
pub(super) enum Turns {
    /// One task at a time, in the order of ranks.
    One {
        ready: BTreeSet<(usize, Step)>,
        busy: Option<Step>,
    },
    /// As many as there are workers and resources for.
    Many(Box<Parallel>),
}

/// Tasks beside each other.
#[derive(Debug)]
pub(super) struct Parallel {
    dispatcher: Dispatcher,
    pub(super) lanes: Lanes,
    resources: BTreeMap<ResourceName, Option<u32>>,
    stocks_of_lanes: BTreeMap<Lane, u32>,
}

/// The workers come first among what a task needs. The main worker is one of the threads.
const MAIN: u32 = 0;
const THREADS: u32 = 1;
const PROCESSES: u32 = 2;
const WORKER_STOCKS: u32 = 3;

/// A resource that a task may have to wait for is kept for it after this share of the expected time.
const PATIENCE: u64 = 5;

impl Turns {
    /// Who takes turns in this plan: many only if some task may run beside another.
    pub(super) fn new(plan: &RunPlan, policy: &Policy) -> Self {
        let beside = |(_, task): (Step, &PlannedTask)| {
            let (thread, process) = policy.run_mode.allows(&task.task);
            process || (thread && policy.thread_limit.get() > 1)
        };
        if policy.run_mode == RunMode::Normal || !plan.steps().any(beside) {
            return Self::One {
                ready: BTreeSet::new(),
                busy: None,
            };
        }
        Self::Many(Box::new(Parallel::new(plan, policy)))
    }

    pub(super) fn is_parallel(&self) -> bool {
        matches!(self, Self::Many(_))
    }

    /// A task that has come while the run goes on.
    pub(super) fn admit(&mut self, task: &PlannedTask, policy: &Policy) {
        if let Self::Many(parallel) = self {
            parallel.lanes.admit(task);
            let step = Step::new(parallel.dispatcher.tasks_known());
            let level = ticks(task.task.est_task_time());
            parallel.admit(step, task, level, policy);
        }
    }

    pub(super) fn ready(&mut self, now: Timestamp, rank: usize, step: Step) {
        match self {
            Self::One { ready, .. } => drop(ready.insert((rank, step))),
            Self::Many(parallel) => parallel.dispatcher.ready(at(now), number(step)),
        }
    }

    /// All that are ready when the run begins.
    pub(super) fn begin(&mut self, steps: impl Iterator<Item = Step>) {
        match self {
            Self::One { ready, .. } => {
                // Built in one go, which costs a fraction of as many insertions.
                let all: Vec<(usize, Step)> = steps.map(|step| (step.position(), step)).collect();
                *ready = all.into_iter().collect();
            }
            Self::Many(parallel) => {
                for step in steps {
                    parallel.dispatcher.ready(0, number(step));
                }
            }
        }
    }

    /// A ready task has another place in the order. Where many run, needs decide, not places.
    pub(super) fn move_to(&mut self, old: usize, new: usize, step: Step) {
        if let Self::One { ready, .. } = self
            && ready.remove(&(old, step))
        {
            ready.insert((new, step));
        }
    }

    /// The task to start now.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Step> {
        match self {
            Self::One { busy: Some(_), .. } => None,
            Self::One { ready, busy } => {
                let (_, step) = ready.pop_first()?;
                *busy = Some(step);
                Some(step)
            }
            Self::Many(parallel) => {
                let number = parallel.dispatcher.next(at(now))?;
                Some(Step::new(number as usize))
            }
        }
    }

    /// The task holds nothing and waits, or will be tried once more.
    pub(super) fn put_back(&mut self, step: Step) {
        match self {
            Self::One { busy, .. } => drop(busy.take_if(|busy| *busy == step)),
            Self::Many(parallel) => parallel.dispatcher.refused(number(step)),
        }
    }

    /// The task has left its worker and holds what it held.
    pub(super) fn abandon(&mut self, step: Step) {
        match self {
            Self::One { busy, .. } => drop(busy.take_if(|busy| *busy == step)),
            Self::Many(parallel) => parallel.dispatcher.abandoned(number(step)),
        }
    }

    /// A task that was started is over, and holds nothing.
    pub(super) fn ended(&mut self, step: Step) {
        match self {
            Self::One { busy, .. } => drop(busy.take_if(|busy| *busy == step)),
            Self::Many(parallel) => parallel.dispatcher.ended(number(step)),
        }
    }

    /// A task that was not started never will be.
    pub(super) fn withdraw(&mut self, rank: usize, step: Step) {
        match self {
            Self::One { ready, .. } => drop(ready.remove(&(rank, step))),
            Self::Many(parallel) => parallel.dispatcher.ended(number(step)),
        }
    }

    /// The task has its outcome: the lane, if it was the last of it.
    pub(super) fn leave_lane(&mut self, step: Step) -> Option<Lane> {
        match self {
            Self::One { .. } => None,
            Self::Many(parallel) => parallel.lanes.ended(step),
        }
    }

    /// Where the task runs.
    pub(super) fn worker(&self, step: Step) -> (WorkerKind, Option<Lane>) {
        match self {
            Self::One { .. } => (WorkerKind::Main, None),
            Self::Many(parallel) => (parallel.lanes.kind(step), parallel.lanes.lane(step)),
        }
    }
}

impl Parallel {
    fn new(plan: &RunPlan, policy: &Policy) -> Self {
        let stocks = [
            Stock::lock(),
            Stock::pool(policy.thread_limit.get()),
            Stock::pool(policy.process_limit.get()),
        ];
        let mut lanes = Lanes::new(policy.run_mode);
        let mut levels: Vec<u64> = Vec::with_capacity(plan.len());
        for (_, task) in plan.steps() {
            lanes.admit(task);
            levels.push(ticks(task.task.est_task_time()));
        }
        // Whoever waits comes later in the plan, so its level is known first.
        let mut steps: Vec<_> = plan.steps().collect();
        steps.reverse();
        for (step, task) in steps {
            let level = levels[step.position()];
            for requirement in &task.requires {
                let on = requirement.on.position();
                let own = ticks(plan.task(requirement.on).task.est_task_time());
                levels[on] = levels[on].max(own.saturating_add(level));
            }
        }
        let work: u64 = plan
            .steps()
            .map(|(_, task)| ticks(task.task.est_task_time()))
            .fold(0, u64::saturating_add);
        let workers = u64::from(policy.thread_limit.get());
        let expected = (work / workers).max(levels.iter().copied().max().unwrap_or_default());
        let mut parallel = Self {
            dispatcher: Dispatcher::new(u32::MAX, &stocks)
                .with_workers_among(WORKER_STOCKS)
                .with_patience((expected / PATIENCE).max(1)),
            lanes,
            resources: BTreeMap::new(),
            stocks_of_lanes: BTreeMap::new(),
        };
        for (step, task) in plan.steps() {
            parallel.admit(step, task, levels[step.position()], policy);
        }
        parallel
    }

    fn admit(&mut self, step: Step, task: &PlannedTask, level: u64, policy: &Policy) {
        let spec = task.spec();
        let workers: &[u32] = match self.lanes.kind(step) {
            WorkerKind::Main => &[MAIN, THREADS],
            WorkerKind::Thread => &[THREADS],
            WorkerKind::Process => &[PROCESSES],
        };
        let workers = workers.iter().map(|worker| Need::units(*worker, 1));
        let mut needs: Vec<Need> = workers.collect();
        if let Some(lane) = self.lanes.lane(step) {
            let dispatcher = &mut self.dispatcher;
            let stock = self
                .stocks_of_lanes
                .entry(lane)
                .or_insert_with(|| dispatcher.add_stock(Stock::lock()));
            needs.push(Need::units(*stock, 1));
        }
        for need in spec.needs() {
            let dispatcher = &mut self.dispatcher;
            let stock = *self
                .resources
                .entry(need.resource.clone())
                .or_insert_with(|| {
                    let capacity = policy.capacity_of(&need.resource)?;
                    Some(dispatcher.add_stock(Stock::pool(capacity)))
                });
            let Some(stock) = stock else { continue };
            needs.push(match need.mode {
                ReservationMode::Exclusive => Need::units(stock, 1),
                ReservationMode::Shared => Need::shared(stock),
            });
        }
        needs.sort_unstable();
        let priority = match spec.phase {
            // What was set up is not left standing for longer than it is needed.
            Phase::Teardown => i32::MIN,
            Phase::Setup | Phase::Test => spec.priority,
        };
        let duration = ticks(spec.est_task_time);
        let known = DispatchTask {
            duration,
            level,
            priority,
        };
        self.dispatcher.admit(&known, &needs);
    }
}

fn number(step: Step) -> u32 {
    u32::try_from(step.position()).unwrap_or(u32::MAX)
}

fn at(now: Timestamp) -> u64 {
    ticks(now.since(Timestamp::START))
}

/// The dispatcher counts milliseconds.
fn ticks(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
