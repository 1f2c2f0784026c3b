//! The real engine in virtual time, for those who measure it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::engine::{Action, Capacities, Engine, Event, ExpectedRun, Policy};
use crate::model::{
    Declaration, DeclaredName, DeclaredPrereq, GlobalParams, Key, LoadedTask, ResourceMode,
    ResourceName, RunMode, TaskMain, TaskResult, TaskReturn, Timestamp,
};
use crate::plan::{Catalog, IgnoredTasks, PlanError, RunPlan, Selection};
use crate::schedule::{PlanBudget, Share, Workload};

/// A workload as a pack of tasks that are declared like any other, and an engine that runs them. What the
/// runtime does with threads and a clock is done here with numbers. Ticks are microseconds.
///
/// The engine knows how long tasks are expected to take, what they need and who waits for whom, and nothing
/// else.
#[derive(Debug)]
pub struct VirtualRun {
    engine: Engine,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualRunEnd {
    /// When each task of the workload started.
    pub starts: Vec<u64>,
    /// When the last one ended.
    pub makespan: u64,
    /// How often the dispatcher looked at a class of tasks.
    pub examined: u64,
    /// How many events the engine was told.
    pub events: u64,
}

impl VirtualRun {
    /// Declares the tasks. They live as long as the program, as those of a pack do.
    #[must_use]
    pub fn declared(workload: &Workload) -> Vec<VirtualTask> {
        let tasks = 0..u32::try_from(workload.len()).unwrap_or(u32::MAX);
        tasks.map(|task| declared(workload, task)).collect()
    }

    /// Plans the run, as the harness would.
    ///
    /// # Errors
    /// What the catalog finds wrong; nothing, if the workload is sound.
    pub fn new(
        workload: &Workload,
        tasks: Vec<VirtualTask>,
        plan_budget: PlanBudget,
    ) -> Result<Self, String> {
        let said = |errors: Vec<PlanError>| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            errors.join("\n")
        };
        let tasks = tasks.into_iter().map(|VirtualTask(task)| task).collect();
        let catalog = Catalog::new(tasks).map_err(said)?;
        let params = GlobalParams::default();
        let selection = Selection::of_all(&catalog, &params, IgnoredTasks::Skip).map_err(said)?;
        let plan = RunPlan::new(&catalog, &selection);
        drop((catalog, selection));
        let policy = Policy {
            run_mode: RunMode::Thread,
            thread_limit: NonZeroU32::new(workload.workers()).unwrap_or(NonZeroU32::MIN),
            resource_mode: ResourceMode::PerTaskSeparate,
            capacities: capacities(workload),
            plan_budget,
            ..Policy::default()
        };
        let engine = Engine::new(plan, policy);
        Ok(Self { engine })
    }

    /// What the engine expects of the run.
    #[must_use]
    pub fn expected(&self) -> Option<&ExpectedRun> {
        self.engine.expected()
    }

    /// Runs to the end, if the tasks take so long.
    #[must_use]
    pub fn run(mut self, durations: &[u64]) -> VirtualRunEnd {
        let mut end = VirtualRunEnd {
            starts: vec![u64::MAX; durations.len()],
            makespan: 0,
            examined: 0,
            events: 0,
        };
        let mut now = 0;
        let mut ending = BinaryHeap::new();
        let mut events = vec![Event::Started];
        let mut actions = Vec::new();
        loop {
            for event in events.drain(..) {
                end.events += 1;
                actions.append(&mut self.engine.handle(at(now), event));
            }
            for action in actions.drain(..) {
                match action {
                    Action::Reserve(step) => events.push(Event::Reserved(step)),
                    Action::Run { step, .. } => {
                        let task = self.engine.plan().task(step).id.position();
                        end.starts[task] = now;
                        let takes = durations[task];
                        ending.push(Reverse((now.saturating_add(takes), step)));
                    }
                    _ => {}
                }
            }
            if !events.is_empty() {
                continue;
            }
            while self.engine.replan(at(now)) {}
            let Some(&Reverse((next, step))) = ending.peek() else {
                break;
            };
            let wakeup = self.engine.next_wakeup();
            if let Some(wakeup) = wakeup.filter(|wakeup| *wakeup < at(next)) {
                now = now.max(ticks(wakeup));
                events.push(Event::Tick);
                continue;
            }
            ending.pop();
            let takes = durations[self.engine.plan().task(step).id.position()];
            let takes = Duration::from_micros(takes);
            let result = Box::new(TaskResult::new(TaskReturn::passed(), takes));
            events.push(Event::Ended { step, result });
            now = next;
        }
        end.makespan = now;
        end.examined = self.engine.examined();
        end
    }
}

/// A task of a virtual run.
#[derive(Debug, Clone)]
pub struct VirtualTask(LoadedTask);

fn declared(workload: &Workload, task: u32) -> VirtualTask {
    let duration = Duration::from_micros(workload.durations()[task as usize]);
    let mut keys = vec![
        Key::ThreadSafe(true),
        Key::PrereqSameThread(false),
        Key::EstTaskTime(duration.as_secs(), duration.subsec_nanos()),
        Key::Priority(workload.priority(task)),
    ];
    let (mut alone, mut shared): (Vec<&'static str>, Vec<&'static str>) = (Vec::new(), Vec::new());
    for need in workload.needs(task) {
        let capacity = workload.stocks()[need.resource as usize].capacity;
        match need.share {
            Share::Units(units) if units < capacity || capacity == 1 => {
                alone.push(resource(need.resource).leak());
            }
            Share::Units(_) => alone.push(whole(need.resource).leak()),
            Share::Shared if is_shared_as_a_whole(workload, need.resource) => {
                shared.push(whole(need.resource).leak());
            }
            Share::Shared => shared.push(resource(need.resource).leak()),
        }
    }
    if !alone.is_empty() {
        keys.push(Key::ExclusiveResources(alone.leak()));
    }
    if !shared.is_empty() {
        keys.push(Key::SharedResources(shared.leak()));
    }
    if !workload.prereqs(task).is_empty() {
        let prereqs = workload.prereqs(task).iter();
        let prereqs = prereqs.map(|&on| DeclaredPrereq::path(path(on).leak()));
        keys.push(Key::PrereqTasks(prereqs.collect::<Vec<_>>().leak()));
    }
    let path = path(task).leak();
    let declaration = Box::leak(Box::new(Declaration {
        path,
        name: DeclaredName::of_path(path),
        file: "",
        line: task,
        main: TaskMain::Plain(|| {}),
        keys: keys.leak(),
        pack_version: None,
    }));
    VirtualTask(LoadedTask::Declared {
        declaration,
        defaults: None,
    })
}

fn capacities(workload: &Workload) -> Capacities {
    let mut capacities = Capacities::default();
    for (number, stock) in (0..).zip(workload.stocks()) {
        let name = ResourceName::sound(resource(number));
        if stock.capacity > 1 {
            let whole = ResourceName::sound(whole(number));
            capacities.wholes.insert(whole, name.clone());
        }
        capacities.known.insert(name, stock.capacity);
    }
    capacities
}

/// Of a single thing, the whole is the thing.
fn is_shared_as_a_whole(workload: &Workload, resource: u32) -> bool {
    let stock = workload.stocks()[resource as usize];
    stock.capacity > 1 && stock.shared_takes == stock.capacity
}

fn path(task: u32) -> String {
    format!("virtual_pack::t{task}")
}

fn resource(number: u32) -> String {
    format!("r{number}")
}

fn whole(number: u32) -> String {
    format!("r{number}/all")
}

fn ticks(at: Timestamp) -> u64 {
    let since = at.since(Timestamp::START).as_micros();
    u64::try_from(since).unwrap_or(u64::MAX)
}

fn at(ticks: u64) -> Timestamp {
    Timestamp::from_start(Duration::from_micros(ticks))
}
