//! Whose turn it is.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::engine::expected_run::{ExpectedRun, RunLimit};
use crate::engine::lanes::{Lane, Lanes};
use crate::engine::line::Line;
use crate::engine::policy::{Policy, Pool};
use crate::model::{Phase, ReservationMode, ResourceName, RunMode, Timestamp, WorkerKind};
use crate::plan::{PlannedTask, RunPlan, Step};
use crate::schedule::{
    DispatchPlan, DispatchTask, Dispatcher, Limit, Need, PlanBudget, Replanning, Stock, WorkTask,
    Workload,
};

/// Decides which of the ready tasks start.
#[derive(Debug)]
pub(super) enum Turns {
    /// One task at a time, in the order of ranks.
    One { ready: Line, busy: Option<Step> },
    /// As many as there are workers and resources for.
    Many(Box<Parallel>),
}

/// Tasks beside each other.
#[derive(Debug)]
pub(super) struct Parallel {
    dispatcher: Dispatcher,
    pub(super) lanes: Lanes,
    stocks: Vec<Stock>,
    /// Whether threads and processes are counted as resources.
    has_pools: bool,
    /// The stocks of the resources of which it is known how much there is.
    resources: BTreeMap<ResourceName, u32>,
    /// In the order of the lanes.
    stocks_of_lanes: Vec<(Lane, u32)>,
    expected: Option<ExpectedRun>,
    /// Where it is worth it to plan again.
    replanning: Option<Box<Replanning>>,
}

/// The workers come first among what a task needs. The main worker is one of the threads.
const MAIN: u32 = 0;
const THREADS: u32 = 1;
const PROCESSES: u32 = 2;
const WORKERS: u32 = 3;

/// A resource is kept for a task that waits for it after this part of the expected time: a fifth.
const PATIENCE: u64 = 5;

/// A larger plan is not simulated beforehand: what there is to win does not pay for it.
const MOST_PLANNED: usize = 5_000;

/// What it takes to end a task and to start another, in ticks: measured, a quarter of a millisecond.
const HAND_OVER: u64 = 250;

/// Ticks of the dispatcher.
const SECOND: u64 = 1_000_000;

impl Turns {
    /// Who takes turns in this plan: many only if some task may run beside another.
    pub(super) fn new(plan: &RunPlan, policy: &Policy) -> Self {
        let beside = |(_, task): (Step, &PlannedTask)| {
            let (thread, process) = policy.run_mode.allows(&task.task);
            process || (thread && policy.thread_limit.get() > 1)
        };
        if policy.run_mode == RunMode::Normal || !plan.steps().any(beside) {
            return Self::One {
                ready: Line::default(),
                busy: None,
            };
        }
        Self::Many(Box::new(Parallel::new(plan, policy)))
    }

    #[cfg(test)]
    pub(super) fn plant(&mut self, mistake: crate::schedule::Mistake) {
        if let Self::Many(parallel) = self {
            parallel.dispatcher.plant(mistake);
        }
    }

    #[cfg(test)]
    pub(super) fn set_moment(&mut self, moment: Duration) {
        if let Self::Many(parallel) = self {
            parallel.replanning = None;
            parallel.dispatcher.set_moment(moment.as_micros() as u64);
        }
    }

    pub(super) fn is_parallel(&self) -> bool {
        matches!(self, Self::Many(_))
    }

    /// What was planned, if it was.
    pub(super) fn expected(&self) -> Option<&ExpectedRun> {
        match self {
            Self::One { .. } => None,
            Self::Many(parallel) => parallel.expected.as_ref(),
        }
    }

    /// How often tasks were looked at to find those that can start.
    pub(super) fn examined(&self) -> u64 {
        match self {
            Self::One { .. } => 0,
            Self::Many(parallel) => parallel.dispatcher.examined(),
        }
    }

    /// A task that has come while the run goes on.
    pub(super) fn admit(&mut self, task: &PlannedTask, policy: &Policy) {
        if let Self::Many(parallel) = self {
            parallel.admit_late(task, policy);
        }
    }

    pub(super) fn ready(&mut self, now: Timestamp, rank: usize, step: Step) {
        match self {
            Self::One { ready, .. } => ready.insert(rank, step),
            Self::Many(parallel) => parallel.dispatcher.ready(at(now), number(step)),
        }
    }

    /// It has waited for what it needs, and its time has come. Where many run, urgency decides.
    pub(super) fn due(&mut self, now: Timestamp, step: Step) {
        match self {
            Self::One { ready, .. } => ready.insert_due(step),
            Self::Many(parallel) => parallel.dispatcher.ready(at(now), number(step)),
        }
    }

    /// All that are ready when the run begins.
    pub(super) fn begin(&mut self, steps: impl Iterator<Item = Step>) {
        match self {
            Self::One { ready, .. } => ready.begin(steps),
            Self::Many(parallel) => {
                for step in steps {
                    parallel.dispatcher.ready(0, number(step));
                }
            }
        }
    }

    /// A ready task has another place in the order. Where many run, needs decide, not places.
    pub(super) fn move_to(&mut self, old: usize, new: usize, step: Step) {
        if let Self::One { ready, .. } = self {
            ready.move_to(old, new, step);
        }
    }

    /// The task to start now.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Step> {
        match self {
            Self::One { busy: Some(_), .. } => None,
            Self::One { ready, busy } => {
                let step = ready.pop()?;
                *busy = Some(step);
                Some(step)
            }
            Self::Many(parallel) => {
                let number = parallel.dispatcher.next(at(now))?;
                if let Some(replanning) = &mut parallel.replanning {
                    replanning.started(at(now), number);
                }
                Some(Step::new(number as usize))
            }
        }
    }

    /// When [`next`](Self::next) is to be asked again although nothing has happened.
    pub(super) fn ask_again(&self) -> Option<Timestamp> {
        match self {
            Self::One { .. } => None,
            Self::Many(parallel) => {
                let at = parallel.dispatcher.ask_again()?;
                Some(Timestamp::from_start(Duration::from_micros(at)))
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

    /// A task that was started is over. One that was given up may still hold resources: whoever needs them
    /// asks their owner, is refused, and loses patience as with everything that others hold.
    pub(super) fn ended(&mut self, now: Timestamp, step: Step) {
        match self {
            Self::One { busy, .. } => drop(busy.take_if(|busy| *busy == step)),
            Self::Many(parallel) => {
                parallel.dispatcher.ended(number(step));
                if let Some(replanning) = &mut parallel.replanning {
                    replanning.ended(at(now), number(step));
                    parallel.dispatcher.set_moment(replanning.moment());
                }
            }
        }
    }

    /// A task that was not started never will be.
    pub(super) fn withdraw(&mut self, rank: usize, step: Step) {
        match self {
            Self::One { ready, .. } => ready.remove(rank, step),
            Self::Many(parallel) => parallel.dispatcher.ended(number(step)),
        }
    }

    /// Something has happened: what was looked for from where the run stood is of no use any more.
    pub(super) fn changed(&mut self) {
        if let Self::Many(parallel) = self
            && let Some(replanning) = &mut parallel.replanning
        {
            replanning.changed();
        }
    }

    /// Whether there may be a better order of what is left to look for.
    pub(super) fn may_replan(&self, now: Timestamp) -> bool {
        match self {
            Self::One { .. } => false,
            Self::Many(parallel) => {
                let replanning = parallel.replanning.as_ref();
                replanning.is_some_and(|replanning| replanning.is_due(at(now)))
            }
        }
    }

    /// Looks for a better order of what is left, for a moment; `false` if there is nothing to look for until
    /// something happens.
    pub(super) fn replan(&mut self, now: Timestamp) -> bool {
        let Self::Many(parallel) = self else {
            return false;
        };
        let Parallel {
            dispatcher,
            replanning: Some(replanning),
            ..
        } = &mut **parallel
        else {
            return false;
        };
        replanning.go_on(at(now), dispatcher)
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
        let mut parallel = Self {
            dispatcher: Dispatcher::new(0, &[]),
            lanes: Lanes::new(policy.run_mode),
            stocks: vec![
                Stock::lock(),
                Stock::pool(policy.thread_limit.get()),
                Stock::pool(policy.process_limit.get()),
            ],
            has_pools: true,
            resources: BTreeMap::new(),
            stocks_of_lanes: Vec::new(),
            expected: None,
            replanning: None,
        };
        for (_, task) in plan.steps() {
            parallel.lanes.admit(task);
        }
        let tasks = plan.steps().map(|(step, task)| WorkTask {
            prereqs: task
                .requires
                .iter()
                .map(|requirement| number(requirement.on))
                .collect(),
            ..parallel.work(step, task, policy)
        });
        let tasks: Vec<WorkTask> = tasks.collect();
        parallel.dispatcher = parallel.dispatcher_of(tasks, policy);
        parallel
    }

    /// The order is planned where that is worth it, and where all that is needed can be had at all.
    fn dispatcher_of(&mut self, mut tasks: Vec<WorkTask>, policy: &Policy) -> Dispatcher {
        let is_process = |task: &WorkTask| task.needs.contains(&Need::units(PROCESSES, 1));
        let threads = policy.thread_limit.get();
        let processes = policy.process_limit.get();
        let here = tasks.iter().any(|task| !is_process(task));
        let elsewhere = tasks.iter().any(is_process);
        let workers = match (here, elsewhere) {
            (true, true) => threads.saturating_add(processes),
            (_, false) => threads,
            (false, true) => processes,
        };
        self.has_pools = here && elsewhere;
        for task in &mut tasks {
            self.forget_pools(task);
        }
        let is_ordered = policy.resource_mode.is_custom();
        let planned = (!is_ordered).then(|| self.planned(workers, &tasks, policy));
        let (levels, patience) = match planned.flatten() {
            Some(plan) => {
                self.expected = Some(self.expected_of(&plan));
                if !plan.hidden_lock.is_empty() {
                    let lock = push(&mut self.stocks, Stock::lock());
                    for task in plan.hidden_lock {
                        tasks[task as usize].needs.push(Need::units(lock, 1));
                    }
                }
                (plan.levels, plan.patience)
            }
            None => {
                let (mut levels, patience) = simple_levels(workers, &tasks);
                self.finish_lanes_first(&mut levels);
                (levels, patience)
            }
        };
        let dispatcher = Dispatcher::new(workers, &self.stocks).with_workers_among(WORKERS);
        let replanning = self.replanning.as_ref();
        let moment = replanning.map_or(0, |replanning| replanning.moment());
        let dispatcher = dispatcher.with_patience(patience.max(1));
        let mut dispatcher = dispatcher.with_moment(moment);
        for (task, level) in tasks.iter().zip(levels) {
            admit(&mut dispatcher, task, level);
        }
        dispatcher
    }

    /// What is left of a chain that has begun comes before all that has not begun. Otherwise all chains
    /// would begin before any ended, and each keeps a worker for itself in between.
    fn finish_lanes_first(&self, levels: &mut [u64]) {
        for (number, level) in levels.iter_mut().enumerate() {
            if self.lanes.is_later_in_lane(Step::new(number)) {
                *level = u64::MAX;
            }
        }
    }

    /// Where all workers are of one kind, the dispatcher counts them itself.
    fn forget_pools(&self, task: &mut WorkTask) {
        if !self.has_pools {
            task.needs
                .retain(|need| ![THREADS, PROCESSES].contains(&need.resource));
        }
    }

    fn planned(
        &mut self,
        workers: u32,
        tasks: &[WorkTask],
        policy: &Policy,
    ) -> Option<DispatchPlan> {
        if policy.is_shuffled || tasks.len() > MOST_PLANNED {
            return None;
        }
        let mut tasks = tasks.to_vec();
        for task in &mut tasks {
            // Planning counts workers itself.
            task.needs
                .retain(|need| ![THREADS, PROCESSES].contains(&need.resource));
        }
        let workload = Workload::new(workers, self.stocks.clone(), tasks).ok()?;
        let budget = PlanBudget {
            hand_over: HAND_OVER,
            ..policy.plan_budget
        };
        let plan = DispatchPlan::of(&workload, budget);
        let replanning = Replanning::new(&workload, &plan, budget, SECOND);
        self.replanning = replanning.map(Box::new);
        Some(plan)
    }

    /// The plan, in the words of the run.
    fn expected_of(&self, plan: &DispatchPlan) -> ExpectedRun {
        let steps = plan.order.iter().map(|task| Step::new(*task as usize));
        ExpectedRun {
            order: steps.collect(),
            makespan: Duration::from_micros(plan.makespan),
            lower_bound: Duration::from_micros(plan.bounds.lower_bound()),
            limit: match plan.bounds.limit() {
                Limit::CriticalPath => RunLimit::CriticalPath,
                Limit::Workers => RunLimit::Workers,
                Limit::Resource(stock) => self.limit_of(stock),
                Limit::Conflicts => RunLimit::Conflicts,
            },
            simulations: plan.simulations,
        }
    }

    fn limit_of(&self, stock: u32) -> RunLimit {
        let mut resources = self.resources.iter();
        match resources.find(|(_, known)| **known == stock) {
            Some((name, _)) => RunLimit::Resource(name.clone()),
            None if stock == MAIN => RunLimit::MainWorker,
            None => RunLimit::TiedTasks,
        }
    }

    fn work(&mut self, step: Step, task: &PlannedTask, policy: &Policy) -> WorkTask {
        let workers: &[u32] = match self.lanes.kind(step) {
            WorkerKind::Main => &[MAIN, THREADS],
            WorkerKind::Thread => &[THREADS],
            WorkerKind::Process => &[PROCESSES],
        };
        let mut needs: Vec<Need> = workers
            .iter()
            .map(|worker| Need::units(*worker, 1))
            .collect();
        if let Some(lane) = self.lanes.lane(step) {
            let known = &mut self.stocks_of_lanes;
            let place = match known.binary_search_by_key(&lane, |(lane, _)| *lane) {
                Ok(place) => place,
                Err(place) => {
                    known.insert(place, (lane, push(&mut self.stocks, Stock::lock())));
                    place
                }
            };
            needs.push(Need::units(known[place].1, 1));
        }
        if task.task.needs_resources() {
            for need in task.task.needs() {
                let Pool { name, is_whole } = policy.pool_of(&need.resource);
                let stock = match self.resources.get(name) {
                    Some(stock) => *stock,
                    None => {
                        // How much there is of the others, only their owner knows.
                        let Some(capacity) = policy.capacity_of(name) else {
                            continue;
                        };
                        let stock = push(&mut self.stocks, Stock::pool(capacity));
                        self.resources.insert(name.clone(), stock);
                        stock
                    }
                };
                let pool = &mut self.stocks[stock as usize];
                let capacity = pool.capacity;
                if is_whole {
                    *pool = pool.shared_as_a_whole();
                }
                needs.push(match need.mode {
                    ReservationMode::Exclusive if is_whole => Need::units(stock, capacity),
                    ReservationMode::Exclusive => Need::units(stock, 1),
                    ReservationMode::Shared => Need::shared(stock),
                });
            }
        }
        needs.sort_unstable();
        WorkTask {
            duration: ticks(task.task.est_task_time()),
            prereqs: Vec::new(),
            needs,
            priority: match task.task.phase() {
                // What was set up is not left standing for longer than it is needed.
                Phase::Teardown => i32::MIN,
                // The plan has the order of the pack's own, or of chance.
                _ if policy.resource_mode.is_custom() || policy.is_shuffled => {
                    i32::try_from(step.position()).unwrap_or(i32::MAX)
                }
                Phase::Setup | Phase::Test => task.task.priority(),
            },
        }
    }

    /// A task that has come while the run goes on. Nobody planned for it.
    fn admit_late(&mut self, task: &PlannedTask, policy: &Policy) {
        self.replanning = None;
        self.dispatcher.set_moment(0);
        self.lanes.admit_late(task);
        let known = self.stocks.len();
        let step = Step::new(self.dispatcher.tasks_known());
        let mut work = self.work(step, task, policy);
        self.forget_pools(&mut work);
        for stock in &self.stocks[known..] {
            self.dispatcher.add_stock(*stock);
        }
        for need in &work.needs {
            // It may be the first that shares all of it.
            let stock = self.stocks[need.resource as usize];
            self.dispatcher.change_stock(need.resource, stock);
        }
        admit(&mut self.dispatcher, &work, work.duration);
    }
}

/// Levels and patience without a simulation.
fn simple_levels(workers: u32, tasks: &[WorkTask]) -> (Vec<u64>, u64) {
    let mut levels: Vec<u64> = tasks.iter().map(|task| task.duration).collect();
    // Whoever waits comes later in the plan, so its level is known first.
    for (number, task) in tasks.iter().enumerate().rev() {
        for &on in &task.prereqs {
            let level = tasks[on as usize].duration.saturating_add(levels[number]);
            levels[on as usize] = levels[on as usize].max(level);
        }
    }
    let durations = tasks.iter().map(|task| task.duration);
    let work = durations.fold(0, u64::saturating_add);
    let longest = levels.iter().copied().max().unwrap_or_default();
    let expected = longest.max(work / u64::from(workers));
    (levels, expected / PATIENCE)
}

fn push(stocks: &mut Vec<Stock>, stock: Stock) -> u32 {
    stocks.push(stock);
    u32::try_from(stocks.len() - 1).unwrap_or(u32::MAX)
}

fn admit(dispatcher: &mut Dispatcher, task: &WorkTask, level: u64) {
    let known = DispatchTask {
        duration: task.duration,
        level,
        priority: task.priority,
    };
    dispatcher.admit(&known, &task.needs);
}

fn number(step: Step) -> u32 {
    u32::try_from(step.position()).unwrap_or(u32::MAX)
}

fn at(now: Timestamp) -> u64 {
    ticks(now.since(Timestamp::START))
}

/// The dispatcher counts microseconds.
fn ticks(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_simulation_urgency_is_what_follows_and_patience_a_part_of_the_time() {
        let tasks = [
            WorkTask::new(10),
            WorkTask::new(40).after(0),
            WorkTask::new(20).after(0),
            WorkTask::new(30).after(2),
        ];
        let levels = vec![60, 40, 50, 30];
        assert_eq!(simple_levels(8, &tasks), (levels.clone(), 12));
        assert_eq!(simple_levels(1, &tasks), (levels, 20));
    }
}
