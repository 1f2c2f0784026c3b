//! An engine that is fed by hand, for events in an order that no simulated run brings about.

use std::collections::BTreeMap;
use std::time::Duration;

use super::simulation::{Simulation, seconds};
use crate::engine::{Action, Engine, Event, Lane, Policy};
use crate::model::{
    Blocked, Prereq, Problem, ProblemKind, Stage, TaskId, TaskResult, TaskReturn, Timestamp,
    Verdict, WorkerKind,
};
use crate::plan::{PlannedTask, Requirement, Step, Why};

/// The engine of a pack in the words of a scenario.
pub(super) struct ByHand {
    pub(super) engine: Engine,
    pub(super) now: Timestamp,
    /// Where the tasks were run that were run so far.
    places: BTreeMap<Step, (WorkerKind, Option<Lane>)>,
}

impl ByHand {
    /// The run has started.
    pub(super) fn new(pack: &str) -> (Self, String) {
        Self::with_policy(pack, |_| {})
    }

    /// The run has started, under other rules than those of the pack.
    pub(super) fn with_policy(pack: &str, change: impl FnOnce(&mut Policy)) -> (Self, String) {
        let simulation = Simulation::parse(pack);
        let mut policy = simulation.policy.clone();
        change(&mut policy);
        let mut this = Self {
            engine: Engine::new(simulation.plan(), policy),
            now: Timestamp::START,
            places: BTreeMap::new(),
        };
        let said = this.handle(Event::Started);
        (this, said)
    }

    pub(super) fn step(&self, name: &str) -> Step {
        let mut steps = self.engine.plan().steps();
        let found = steps.find(|(_, task)| task.name == *name);
        found.expect("the task is planned").0
    }

    /// Where the task was run.
    pub(super) fn place(&self, name: &str) -> (WorkerKind, Option<Lane>) {
        self.places[&self.step(name)]
    }

    pub(super) fn at(&mut self, time: &str) -> &mut Self {
        self.now = seconds(time);
        self
    }

    /// Feeds an event and says what the engine asks for.
    pub(super) fn handle(&mut self, event: Event) -> String {
        let actions = self.engine.handle(self.now, event);
        for action in &actions {
            if let Action::Run { step, on, lane, .. } = action {
                self.places.insert(*step, (*on, *lane));
            }
        }
        let plan = self.engine.plan();
        let means_something = |action: &&Action| match action {
            Action::Release(step) => plan.task(*step).spec().needs_resources(),
            _ => true,
        };
        let told = actions.iter().filter(means_something);
        told.map(|action| self.text(action))
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(super) fn tick(&mut self) -> String {
        self.handle(Event::Tick)
    }

    pub(super) fn interrupt(&mut self) -> String {
        self.handle(Event::Interrupted)
    }

    pub(super) fn reserved(&mut self, name: &str) -> String {
        self.handle(Event::Reserved(self.step(name)))
    }

    pub(super) fn unavailable(&mut self, name: &str, available_at: Option<&str>) -> String {
        self.handle(Event::Unavailable {
            step: self.step(name),
            why: "busy".to_owned(),
            available_at: available_at.map(seconds),
        })
    }

    pub(super) fn reserve_failed(&mut self, name: &str) -> String {
        let problem = Problem::new(Stage::Resources, ProblemKind::Error, "no such thing");
        self.handle(Event::ReserveFailed {
            step: self.step(name),
            problem,
        })
    }

    pub(super) fn body_started(&mut self, name: &str) -> String {
        self.handle(Event::BodyStarted(self.step(name)))
    }

    pub(super) fn ended(&mut self, name: &str, verdict: Verdict) -> String {
        let result = TaskResult::new(TaskReturn::new(verdict), Duration::from_secs(1));
        self.handle(Event::Ended {
            step: self.step(name),
            result: Box::new(result),
        })
    }

    /// Tasks in the words of a scenario come in; their needs are steps of the run.
    pub(super) fn added(&mut self, lines: &[&str], order: &[&str]) -> String {
        let tasks: Vec<PlannedTask> = lines.iter().map(|line| self.planned(line)).collect();
        let known = self.engine.plan().len();
        let step = |name: &&str| match tasks.iter().position(|task| task.name == **name) {
            Some(place) => Step::new(known + place),
            None => self.step(name),
        };
        let order = order.iter().map(step).collect();
        self.handle(Event::Added { tasks, order })
    }

    /// A task comes in that something outside of the run keeps from running.
    pub(super) fn added_blocked(&mut self, line: &str, blocked: Blocked) -> String {
        let mut task = self.planned(line);
        task.blocked = Some(blocked);
        self.handle(Event::Added {
            tasks: vec![task],
            order: Vec::new(),
        })
    }

    /// A task comes in that waits for the end of another, however that ends.
    pub(super) fn added_behind(&mut self, line: &str, other: &str) -> String {
        let mut task = self.planned(line);
        task.requires.push(Requirement {
            on: self.step(other),
            why: Why::Teardown,
        });
        self.handle(Event::Added {
            tasks: vec![task],
            order: Vec::new(),
        })
    }

    fn planned(&self, line: &str) -> PlannedTask {
        let task = Simulation::parse(line).tasks.remove(0);
        let spec = task.spec();
        let requires = spec.prereq_tasks.iter().map(|prereq| match prereq {
            Prereq::Named(name) => Requirement {
                on: self.step(name),
                why: Why::Prerequisite,
            },
            other => panic!("a scenario has no {other:?}"),
        });
        PlannedTask {
            id: TaskId::new(0),
            name: task.name(),
            selected: true,
            requires: requires.collect(),
            blocked: None,
            task,
        }
    }

    /// The second at which the engine wants to be woken.
    pub(super) fn wakeup(&self) -> Option<u64> {
        let at = self.engine.next_wakeup()?;
        Some(at.since(Timestamp::START).as_secs())
    }

    fn text(&self, action: &Action) -> String {
        let name = |step: &Step| self.engine.plan().task(*step).name.to_string();
        match action {
            Action::Claim(step) => format!("claim {}", name(step)),
            Action::Reserve(step) => format!("reserve {}", name(step)),
            Action::GiveUp(step) => format!("give up {}", name(step)),
            Action::Kill { step, at_once } => {
                let verb = if *at_once { "kill" } else { "end" };
                format!("{verb} {}", name(step))
            }
            Action::Delay { step, until, .. } => {
                let until = until.since(Timestamp::START).as_secs();
                format!("{} waits until {until}", name(step))
            }
            Action::LeaveLane(_) => "leave lane".to_owned(),
            Action::Run {
                step, attempt: 1, ..
            } => format!("run {}", name(step)),
            Action::Run { step, attempt, .. } => format!("run {} again ({attempt})", name(step)),
            Action::Release(step) => format!("release {}", name(step)),
            Action::Report { step, outcome } => format!("{}: {outcome}", name(step)),
            Action::Finish => "finish".to_owned(),
        }
    }
}
