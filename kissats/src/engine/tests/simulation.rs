//! A run in virtual time: the real plan, engine and ledger; bodies are a duration and a verdict.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::{Action, Engine, Event, Lane, Policy};
use crate::model::{
    DutName, GlobalParams, LoadedTask, Outcome, Problem, ProblemKind, Stage, TaskResult,
    TaskReturn, Timestamp, Verdict, WorkerKind,
};
use crate::plan::tests::task;
use crate::plan::{Catalog, IgnoredTasks, NameFilter, Narrowing, RunPlan, Selection, Step};
use crate::reserve::{
    ClaimAnswer, Holder, Ledger, ReservationId, ReservationRequest, ReserveError,
};

/// What the body of a task does, attempt by attempt; the last one is repeated.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) takes: Duration,
    pub(super) verdicts: Vec<Verdict>,
}

/// A pack, what its bodies do, and what happens from outside.
#[derive(Debug, Default)]
pub(super) struct Simulation {
    pub(super) tasks: Vec<LoadedTask>,
    pub(super) scripts: Vec<Script>,
    pub(super) patterns: Vec<String>,
    pub(super) dut: Option<DutName>,
    pub(super) interrupts: Vec<Timestamp>,
    pub(super) policy: Policy,
}

/// Something that will happen, unless the run ends before.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Body { step: Step, attempt: u32 },
    Interrupt,
}

/// What a run left behind.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) plan: RunPlan,
    /// `seconds what`, in order.
    pub(super) transcript: Vec<String>,
    /// When and in which order bodies started.
    pub(super) starts: Vec<(Step, Timestamp)>,
    pub(super) outcomes: BTreeMap<Step, Outcome>,
    pub(super) reports: usize,
    pub(super) ledger_is_idle: bool,
    pub(super) is_parallel: bool,
}

impl Simulation {
    /// From lines: tasks as in `plan::tests::task`, with `takes 5`, `ends fails,passes`, `timeout 3`,
    /// `retries 2`, `patience 4`, `safe thread|process|both|no`, `tied yes|no`; and the directives
    /// `select NAME`, `dut NAME`, `interrupt SECONDS`, `fail-fast`, `mode thread`, `threads 2`,
    /// `processes 2`.
    pub(super) fn parse(text: &str) -> Self {
        let mut simulation = Self::default();
        let lines = text
            .lines()
            .map(str::trim)
            .zip(1..)
            .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        for (line, number) in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "select" => simulation.patterns.push(rest.to_owned()),
                "dut" => simulation.dut = Some(DutName::new(rest).unwrap()),
                "interrupt" => simulation.interrupts.push(seconds(rest)),
                "fail-fast" => simulation.policy.fail_fast = true,
                "mode" => simulation.policy.run_mode = rest.parse().unwrap(),
                "threads" => simulation.policy.thread_limit = rest.parse().unwrap(),
                "processes" => simulation.policy.process_limit = rest.parse().unwrap(),
                _ => simulation.add_task(line, number),
            }
        }
        simulation
    }

    fn add_task(&mut self, line: &str, number: u32) {
        let (mut task, words) = task(line, number);
        let mut script = Script {
            takes: Duration::from_secs(1),
            verdicts: vec![Verdict::Passed],
        };
        let spec = Arc::make_mut(&mut task.resolved_mut().spec);
        for pair in words.chunks(2) {
            let [word, value] = pair else {
                panic!("`{}` has no value", pair[0])
            };
            match word.as_str() {
                "takes" => script.takes = Duration::from_secs(value.parse().unwrap()),
                "ends" => script.verdicts = value.split(',').map(verdict).collect(),
                "timeout" => spec.timeout = Some(Duration::from_secs(value.parse().unwrap())),
                "patience" => {
                    spec.max_resource_wait = Some(Duration::from_secs(value.parse().unwrap()))
                }
                "retries" => spec.retries = value.parse().unwrap(),
                "safe" => {
                    spec.thread_safe = matches!(value.as_str(), "thread" | "both");
                    spec.process_safe = Some(matches!(value.as_str(), "process" | "both"));
                }
                "tied" => spec.prereq_same_thread = Some(value == "yes"),
                other => panic!("what is `{other}`?"),
            }
        }
        self.tasks.push(task);
        self.scripts.push(script);
    }

    /// Runs to the end. Panics if the engine neither ends nor waits for anything, or never ends.
    pub(super) fn run(&self) -> Record {
        Run::new(self, self.plan()).run()
    }

    pub(super) fn plan(&self) -> RunPlan {
        self.plan_of(&NameFilter {
            patterns: self.patterns.clone(),
            ..NameFilter::default()
        })
    }

    /// The plan of a process that is there for one task.
    pub(super) fn plan_of_one(&self, name: &str) -> RunPlan {
        self.plan_of(&NameFilter {
            patterns: vec![name.to_owned()],
            exact: true,
            ..NameFilter::default()
        })
    }

    fn plan_of(&self, names: &NameFilter) -> RunPlan {
        let catalog = Catalog::new(self.tasks.clone()).expect("the scenario is sound");
        let params = GlobalParams::new(self.dut.clone(), None, serde_json::Map::new());
        let selection = Selection::new(
            &catalog,
            |_| true,
            &params,
            names,
            IgnoredTasks::Skip,
            &Narrowing::default(),
        )
        .unwrap();
        RunPlan::new(&catalog, &selection)
    }
}

pub(super) fn seconds(text: &str) -> Timestamp {
    Timestamp::from_start(Duration::from_secs(text.trim().parse().expect("seconds")))
}

fn verdict(word: &str) -> Verdict {
    match word {
        "passes" => Verdict::Passed,
        "fails" => Verdict::Failed,
        "skips" => Verdict::Skipped,
        "breaks" => Verdict::Exception,
        other => Verdict::from(other),
    }
}

struct Run<'a> {
    simulation: &'a Simulation,
    engine: Engine,
    now: Timestamp,
    due: BinaryHeap<Reverse<(Timestamp, Due)>>,
    ledger: Ledger,
    held: BTreeMap<Step, ReservationId>,
    /// Who is at work, and where.
    at_work: BTreeMap<Step, (WorkerKind, Option<Lane>)>,
    events: u32,
    record: Record,
}

/// More than any scenario or random pack has; a run that reaches it would never end.
const MANY_EVENTS: u32 = 10_000;

impl<'a> Run<'a> {
    fn new(simulation: &'a Simulation, plan: RunPlan) -> Self {
        Self {
            simulation,
            engine: Engine::new(plan.clone(), simulation.policy.clone()),
            now: Timestamp::START,
            due: simulation
                .interrupts
                .iter()
                .map(|at| Reverse((*at, Due::Interrupt)))
                .collect(),
            ledger: Ledger::default(),
            held: BTreeMap::new(),
            at_work: BTreeMap::new(),
            events: 0,
            record: Record {
                plan,
                transcript: Vec::new(),
                starts: Vec::new(),
                outcomes: BTreeMap::new(),
                reports: 0,
                ledger_is_idle: false,
                is_parallel: false,
            },
        }
    }

    fn run(mut self) -> Record {
        self.feed(Event::Started);
        while !self.engine.is_finished() {
            let wakeup = self.engine.next_wakeup();
            let due = self.due.peek().map(|Reverse((at, _))| *at);
            match (wakeup, due) {
                (Some(wakeup), due) if due.is_none_or(|due| wakeup < due) => {
                    self.now = self.now.max(wakeup);
                    self.feed(Event::Tick);
                }
                (_, Some(_)) => self.next_due(),
                (_, None) => panic!(
                    "the run waits for nothing:\n{}",
                    self.record.transcript.join("\n")
                ),
            }
        }
        self.record.is_parallel = self.engine.is_parallel();
        self.record.ledger_is_idle = self.ledger.is_idle() && self.held.is_empty();
        self.record
    }

    fn next_due(&mut self) {
        let Some(Reverse((at, due))) = self.due.pop() else {
            return;
        };
        self.now = self.now.max(at);
        match due {
            Due::Interrupt => {
                self.note("interrupt");
                self.feed(Event::Interrupted);
            }
            Due::Body { step, attempt } => {
                self.at_work.remove(&step);
                let script = self.script(step);
                let verdicts = &script.verdicts;
                let verdict = verdicts[(attempt as usize - 1).min(verdicts.len() - 1)].clone();
                let result = Box::new(TaskResult::new(TaskReturn::new(verdict), script.takes));
                self.feed(Event::Ended { step, result });
            }
        }
    }

    fn feed(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            self.events += 1;
            assert!(self.events < MANY_EVENTS, "the run does not end");
            for action in self.engine.handle(self.now, event) {
                events.extend(self.perform(action));
            }
        }
    }

    fn perform(&mut self, action: Action) -> Option<Event> {
        match action {
            // Nobody else belongs to the run: see `shared.rs`.
            Action::Claim(step) => return Some(Event::Claimed(step)),
            Action::Reserve(step) => return Some(self.reserve(step)),
            Action::Delay { step, why, until } => {
                let until = until.since(Timestamp::START).as_secs();
                self.note(&format!("{} waits until {until}: {why}", self.name(step)));
            }
            Action::LeaveLane(_) => {}
            Action::Run {
                step,
                attempt,
                on,
                lane,
            } => {
                self.begins(step, on, lane);
                let again = if attempt > 1 {
                    format!(" (attempt {attempt})")
                } else {
                    String::new()
                };
                self.note(&format!("run {}{again}", self.name(step)));
                self.record.starts.push((step, self.now));
                self.due.push(Reverse((
                    self.now + self.script(step).takes,
                    Due::Body { step, attempt },
                )));
                return Some(Event::BodyStarted(step));
            }
            Action::GiveUp(step) => {
                self.at_work.remove(&step);
                self.note(&format!("give up {}", self.name(step)));
            }
            Action::Release(step) => {
                if let Some(id) = self.held.remove(&step) {
                    self.ledger
                        .release(id.into())
                        .expect("what is held can be released");
                    self.note(&format!("release {}", self.name(step)));
                }
            }
            Action::Report { step, outcome } => {
                let text = match &outcome {
                    Outcome::Failed(attempts) => {
                        let last = attempts.last().and_then(|last| last.problem.as_ref());
                        last.map_or_else(
                            || "FAILED".to_owned(),
                            |problem| format!("FAILED ({problem})"),
                        )
                    }
                    other => other.to_string(),
                };
                self.note(&format!("{} {text}", self.name(step)));
                self.record.reports += 1;
                self.record.outcomes.insert(step, outcome);
            }
            Action::Finish => self.note("finish"),
        }
        None
    }

    /// What must hold whenever a body starts.
    fn begins(&mut self, step: Step, on: WorkerKind, lane: Option<Lane>) {
        for requirement in &self.record.plan.task(step).requires {
            let is_over = self.record.outcomes.contains_key(&requirement.on);
            assert!(is_over, "{} is too early", self.name(step));
        }
        self.at_work.insert(step, (on, lane));
        let kinds = || self.at_work.values().map(|(kind, _)| *kind);
        let policy = &self.simulation.policy;
        assert!(kinds().filter(|kind| *kind == WorkerKind::Main).count() <= 1);
        let processes = kinds().filter(|kind| *kind == WorkerKind::Process).count();
        assert!(processes <= policy.process_limit.get() as usize);
        assert!(kinds().count() - processes <= policy.thread_limit.get() as usize);
        let in_lane = self.at_work.values().filter(|(_, other)| *other == lane);
        assert!(lane.is_none() || in_lane.count() == 1);
    }

    fn reserve(&mut self, step: Step) -> Event {
        let task = self.record.plan.task(step);
        let holder = Holder::new(task.name.as_str());
        let request = ReservationRequest::new(holder, task.spec().needs());
        let granted = self.ledger.request(self.now, &request);
        match granted.and_then(|granted| self.ledger.claim(self.now, granted.id)) {
            Ok(ClaimAnswer::Claimed(claim)) => {
                self.held.insert(step, claim.id);
                Event::Reserved(step)
            }
            Ok(ClaimAnswer::NextSlot(slot)) => unreachable!("{slot:?} was claimed at once"),
            Err(ReserveError::Unavailable {
                obstacle,
                available_at,
            }) => {
                let why = format!("{} is held by {}", obstacle.resource, obstacle.held_by[0]);
                Event::Unavailable {
                    step,
                    why,
                    available_at,
                }
            }
            Err(error) => Event::ReserveFailed {
                step,
                problem: Problem::new(Stage::Resources, ProblemKind::Error, error.to_string()),
            },
        }
    }

    fn script(&self, step: Step) -> &'a Script {
        &self.simulation.scripts[self.record.plan.task(step).id.position()]
    }

    fn name(&self, step: Step) -> String {
        self.record.plan.task(step).name.to_string()
    }

    fn note(&mut self, what: &str) {
        let line = format!("{} {what}", self.now.since(Timestamp::START).as_secs());
        self.record.transcript.push(line);
    }
}
