//! One run of a simulation, event by event.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::time::Duration;

use super::chains::Chains;
use super::fault::{Fault, Sabotage};
use super::simulation::{Script, Simulation};
use crate::engine::{Action, Engine, Event, Lane};
use crate::model::{
    Outcome, Phase, Problem, ProblemKind, ReservationMode, ResourceName, ResourceNeed, Stage,
    TaskResult, TaskReturn, Timestamp, WorkerKind,
};
use crate::plan::{RunPlan, Step};
use crate::reserve::{
    ClaimAnswer, Holder, Ledger, PreReservation, PreReservationId, ReservationId,
    ReservationRequest, ReserveError,
};
use crate::schedule::Mistake;

/// Something that will happen, unless the run ends before.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Body { step: Step, attempt: u32 },
    Death { step: Step, attempt: u32 },
    Interrupt,
    Fault { place: usize, at: Timestamp },
    Answer { step: Step },
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
    pub(super) ended_at: Timestamp,
    /// What must never happen, and did.
    pub(super) violations: Vec<String>,
}

/// The run as it goes on.
pub(super) struct Run<'a> {
    simulation: &'a Simulation,
    engine: Engine,
    now: Timestamp,
    due: BinaryHeap<Reverse<(Timestamp, Due)>>,
    ledger: Ledger,
    held: BTreeMap<Step, ReservationId>,
    /// What is set aside for steps that wait until it is their time.
    pending: BTreeMap<Step, PreReservationId>,
    /// What others hold, by the place of the fault.
    taken: BTreeMap<usize, ReservationId>,
    /// What is claimed of a part of what a step needs, by sabotage only.
    parts: BTreeMap<Step, Vec<(ResourceName, ReservationId)>>,
    /// Who has to run where others run.
    chains: Chains,
    /// Who is at work, and where.
    at_work: BTreeMap<Step, (WorkerKind, Option<Lane>)>,
    /// Whose bodies use what their tasks need, those that were given up included.
    using: BTreeSet<Step>,
    /// The attempts whose workers have died.
    over: BTreeSet<(Step, u32)>,
    /// Whether something has happened after which nothing new starts but teardowns.
    is_stopped: bool,
    attempts: BTreeMap<Step, u32>,
    questions: u32,
    releases: u32,
    events: u32,
    record: Record,
}

/// More than any scenario or random pack has; a run that reaches it would never end.
const MANY_EVENTS: u32 = 20_000;

impl<'a> Run<'a> {
    pub(super) fn new(simulation: &'a Simulation, plan: RunPlan) -> Self {
        let mut engine = Engine::new(plan.clone(), simulation.policy.clone());
        match simulation.sabotage {
            Some(Sabotage::WakesNobody) => engine.plant(Mistake::WakesNobody),
            Some(Sabotage::TakesWhatIsTaken) => engine.plant(Mistake::TakesWhatIsTaken),
            _ => {}
        }
        let mode = simulation.policy.run_mode;
        let mut run = Self {
            simulation,
            chains: Chains::of(&plan, mode, engine.is_parallel()),
            engine,
            now: Timestamp::START,
            due: simulation
                .interrupts
                .iter()
                .map(|at| Reverse((*at, Due::Interrupt)))
                .collect(),
            ledger: Ledger::default(),
            held: BTreeMap::new(),
            pending: BTreeMap::new(),
            taken: BTreeMap::new(),
            parts: BTreeMap::new(),
            at_work: BTreeMap::new(),
            using: BTreeSet::new(),
            over: BTreeSet::new(),
            is_stopped: false,
            attempts: BTreeMap::new(),
            questions: 0,
            releases: 0,
            events: 0,
            record: Record {
                plan,
                transcript: Vec::new(),
                starts: Vec::new(),
                outcomes: BTreeMap::new(),
                reports: 0,
                ledger_is_idle: false,
                is_parallel: false,
                ended_at: Timestamp::START,
                violations: Vec::new(),
            },
        };
        for (place, fault) in simulation.faults.iter().enumerate() {
            if let Fault::Booked { .. } = fault {
                run.goes_wrong(place, Timestamp::START);
            }
            let times = fault.times().into_iter();
            run.due
                .extend(times.map(|at| Reverse((at, Due::Fault { place, at }))));
        }
        run
    }

    pub(super) fn run(mut self) -> Record {
        self.feed(Event::Started);
        while !self.engine.is_finished() && self.record.violations.is_empty() {
            let forgets = self.simulation.sabotage == Some(Sabotage::ForgetsToWake);
            let wakeup = self.engine.next_wakeup().filter(|_| !forgets);
            let due = self.due.peek().map(|Reverse((at, _))| *at);
            match (wakeup, due) {
                (Some(wakeup), due) if due.is_none_or(|due| wakeup < due) => {
                    self.now = self.now.max(wakeup);
                    self.feed(Event::Tick);
                }
                (_, Some(_)) => self.next_due(),
                (_, None) => self.violated("the run waits for nothing"),
            }
        }
        self.record.ended_at = self.now;
        self.record.is_parallel = self.engine.is_parallel();
        for id in std::mem::take(&mut self.taken).into_values() {
            self.ledger.release(id.into()).expect("it is held");
        }
        // What is set aside for others goes with time; what was claimed does not.
        let for_ever = Duration::from_secs(1_000_000);
        self.ledger.expire(self.now + for_ever);
        let is_left = !(self.held.is_empty() && self.pending.is_empty() && self.parts.is_empty());
        self.record.ledger_is_idle = self.ledger.is_idle() && !is_left;
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
                self.is_stopped = true;
                self.feed(Event::Interrupted);
            }
            Due::Body { step, attempt } | Due::Death { step, attempt }
                if self.over.contains(&(step, attempt)) => {}
            Due::Death { step, attempt } => {
                self.at_work.remove(&step);
                self.using.remove(&step);
                self.over.insert((step, attempt));
                let problem = Problem::new(Stage::Main, ProblemKind::Crashed, "killed");
                let result = Box::new(TaskResult::broken(problem, Duration::ZERO));
                self.feed(Event::Ended { step, result });
            }
            Due::Fault { place, at } => self.goes_wrong(place, at),
            Due::Answer { step } => {
                let answer = self.reserve(step);
                self.feed(answer);
            }
            Due::Body { step, attempt } => {
                self.at_work.remove(&step);
                self.over.insert((step, attempt));
                self.using.remove(&step);
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
            if self.events == MANY_EVENTS {
                self.violated("the run does not end");
            }
            if !self.record.violations.is_empty() {
                return;
            }
            for action in self.engine.handle(self.now, event) {
                events.extend(self.perform(action));
            }
            let active = self.engine.active.iter();
            let timed = active.filter(|step| self.engine.deadline(**step).is_some());
            if timed.count() != self.engine.timed {
                self.violated("those that have a deadline are counted wrong");
            }
        }
        while self.engine.replan(self.now) {}
    }

    fn perform(&mut self, action: Action) -> Option<Event> {
        match action {
            // Nobody else belongs to the run: see `shared.rs`.
            Action::Claim(step) => return Some(Event::Claimed(step)),
            Action::Reserve(step) if self.simulation.answers_after.is_zero() => {
                return Some(self.reserve(step));
            }
            Action::Reserve(step) => {
                let at = self.now + self.simulation.answers_after;
                self.due.push(Reverse((at, Due::Answer { step })));
            }
            Action::Delay { step, why, until } => {
                if self.held.contains_key(&step) || self.parts.contains_key(&step) {
                    self.violated(&format!("{} holds something and waits", self.name(step)));
                }
                let until = until.since(Timestamp::START).as_secs();
                self.note(&format!("{} waits until {until}: {why}", self.name(step)));
            }
            Action::LeaveLane(lane) => {
                let outcomes = &self.record.outcomes;
                let has_ended = |step: &Step| outcomes.contains_key(step);
                if let Some(what) = self.chains.leaves(lane, has_ended) {
                    self.violated(what);
                }
            }
            Action::Run {
                step,
                attempt,
                on,
                lane,
            } => {
                self.begins(step, on, lane);
                self.attempts.insert(step, attempt);
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
                if self.simulation.sabotage == Some(Sabotage::ReleasesWhatIsUsed) {
                    return self.perform(Action::Release(step));
                }
            }
            Action::Kill { step, at_once } => {
                let (verb, grace) = if at_once { ("kill", 0) } else { ("end", 2) };
                self.note(&format!("{verb} {}", self.name(step)));
                let attempt = self.attempts[&step];
                self.due.push(Reverse((
                    self.now + Duration::from_secs(grace),
                    Due::Death { step, attempt },
                )));
            }
            Action::Release(step) => {
                self.releases += 1;
                let forgets = self.simulation.sabotage == Some(Sabotage::ForgetsToRelease);
                if forgets && self.releases.is_multiple_of(3) {
                    return None;
                }
                for (_, id) in self.parts.remove(&step).unwrap_or_default() {
                    self.ledger.release(id.into()).expect("it is held");
                }
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
                let stops = self.simulation.policy.fail_fast
                    || self.record.plan.task(step).spec().stop_suite_on_fail;
                self.is_stopped |= stops && outcome.is_failure();
                let twice = self.simulation.sabotage == Some(Sabotage::TellsTwice);
                self.record.reports += 1 + usize::from(twice && outcome.is_failure());
                if let Some(id) = self.pending.remove(&step) {
                    self.ledger.release(id.into()).expect("it is set aside");
                }
                self.record.outcomes.insert(step, outcome);
            }
            Action::Finish => {
                self.note("finish");
                if let Some(what) = self.chains.finishes() {
                    self.violated(what);
                }
            }
        }
        None
    }

    /// What must hold whenever a body starts.
    fn begins(&mut self, step: Step, on: WorkerKind, lane: Option<Lane>) {
        let task = self.record.plan.task(step);
        let mut requires = task.requires.iter();
        let mut wrong = Vec::new();
        if requires.any(|requirement| !self.record.outcomes.contains_key(&requirement.on)) {
            wrong.push("starts before what it waits for is over".to_owned());
        }
        if self.is_stopped && task.spec().phase != Phase::Teardown {
            wrong.push("starts after the run was stopped".to_owned());
        }
        let needs = task.spec().needs();
        if !needs.is_empty() && !self.held.contains_key(&step) {
            wrong.push("starts without what it needs".to_owned());
        }
        for other in self.using.iter().filter(|other| **other != step) {
            let conflict = self.conflict(*other, &needs);
            wrong.extend(conflict.map(|name| format!("uses {name} beside {}", self.name(*other))));
        }
        let tied = self.chains.begins(step, (on, lane), self.at_work.keys());
        wrong.extend(tied.map(str::to_owned));
        for what in wrong {
            self.violated(&format!("{} {what}", self.name(step)));
        }
        self.using.insert(step);
        self.at_work.insert(step, (on, lane));
        let kinds = || self.at_work.values().map(|(kind, _)| *kind);
        let policy = &self.simulation.policy;
        let is_alone = kinds().filter(|kind| *kind == WorkerKind::Main).count() <= 1;
        let processes = kinds().filter(|kind| *kind == WorkerKind::Process).count();
        let there_are = processes <= policy.process_limit.get() as usize
            && kinds().count() - processes <= policy.thread_limit.get() as usize;
        if !(is_alone && there_are) {
            self.violated(&format!(
                "{} has a worker that there is not",
                self.name(step)
            ));
        }
    }

    /// A resource that a step has, and nobody else can have so beside it.
    fn conflict(&self, step: Step, needs: &[ResourceNeed]) -> Option<ResourceName> {
        let is_alone = |need: &ResourceNeed| need.mode == ReservationMode::Exclusive;
        let theirs = self.record.plan.task(step).spec().needs();
        let mut both = theirs.iter().flat_map(|their| {
            let same = needs.iter().filter(|own| own.resource == their.resource);
            same.map(move |own| (their, own))
        });
        let conflict = both.find(|(their, own)| is_alone(their) || is_alone(own));
        conflict.map(|(their, _)| their.resource.clone())
    }

    fn goes_wrong(&mut self, place: usize, at: Timestamp) {
        let simulation = self.simulation;
        let alone = |resource: &ResourceName| {
            let need = ResourceNeed::new(resource.clone(), ReservationMode::Exclusive);
            ReservationRequest::new(Holder::new("somebody"), vec![need])
        };
        match &simulation.faults[place] {
            Fault::Taken { until, .. } if *until <= at => {
                if let Some(id) = self.taken.remove(&place) {
                    self.ledger.release(id.into()).expect("it is held");
                }
            }
            Fault::Taken { resource, .. } => {
                let request = alone(resource).only_then();
                if let Ok(granted) = self.ledger.request(self.now, &request)
                    && let Ok(ClaimAnswer::Claimed(claim)) = self.ledger.claim(self.now, granted.id)
                {
                    self.taken.insert(place, claim.id);
                }
            }
            Fault::Booked {
                resource,
                from,
                until,
            } => {
                let window = alone(resource).lasting(until.since(*from)).needed_at(*from);
                // Somebody may be in the way: then they have it later, or not at all.
                drop(self.ledger.request(self.now, &window));
            }
            Fault::Lost { resource, .. } => self.loses(resource),
            Fault::Dies { .. } => {
                let Some(step) = self.at_work.keys().next().copied() else {
                    return;
                };
                self.at_work.remove(&step);
                self.using.remove(&step);
                self.over.insert((step, self.attempts[&step]));
                self.note(&format!("the worker of {} dies", self.name(step)));
                let problem = Problem::new(Stage::Main, ProblemKind::Crashed, "it died");
                let result = Box::new(TaskResult::broken(problem, Duration::ZERO));
                self.feed(Event::Ended { step, result });
            }
        }
    }

    /// Whoever holds the resource does so no longer, and does not hear of it.
    fn loses(&mut self, resource: &ResourceName) {
        let plan = &self.record.plan;
        let has_it = |step: &&Step| {
            let needs = plan.task(**step).spec().needs();
            needs.iter().any(|need| need.resource == *resource)
        };
        let losers: Vec<Step> = self.held.keys().filter(has_it).copied().collect();
        for step in losers {
            if let Some(id) = self.held.remove(&step) {
                self.ledger.release(id.into()).expect("it is held");
                self.using.remove(&step);
                self.note(&format!("{} loses what it holds", self.name(step)));
            }
        }
    }

    fn reserve(&mut self, step: Step) -> Event {
        self.questions += 1;
        if self.simulation.errors.contains(&self.questions) {
            let problem = Problem::new(Stage::Resources, ProblemKind::Error, "nobody answers");
            return Event::ReserveFailed { step, problem };
        }
        let task = self.record.plan.task(step);
        let holder = Holder::new(task.name.as_str());
        let mut needs = task.spec().needs();
        if self.simulation.sabotage == Some(Sabotage::ClaimsOneByOne) {
            needs = self.claim_parts(step, needs);
        }
        let request = ReservationRequest::new(holder, needs);
        let granted = match self.pending.remove(&step) {
            Some(id) => Ok(id),
            None => {
                let granted = self.ledger.request(self.now, &request);
                granted.map(|granted| granted.id)
            }
        };
        let claimed = granted.and_then(|id| {
            let claimed = self.ledger.claim(self.now, id);
            if let Err(ReserveError::TooEarly { .. }) = claimed {
                self.pending.insert(step, id);
            }
            claimed
        });
        match claimed {
            Ok(ClaimAnswer::Claimed(claim)) => {
                self.held.insert(step, claim.id);
                Event::Reserved(step)
            }
            Ok(ClaimAnswer::NextSlot(PreReservation {
                id, claimable_at, ..
            })) => {
                self.pending.insert(step, id);
                Event::Unavailable {
                    step,
                    why: "it came too late".to_owned(),
                    available_at: Some(claimable_at),
                }
            }
            Err(ReserveError::TooEarly { claimable_at, .. }) => Event::Unavailable {
                step,
                why: "it is set aside for later".to_owned(),
                available_at: Some(claimable_at),
            },
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

    /// Sabotage: takes what can be had. The last need that is left is the one that is waited for.
    fn claim_parts(&mut self, step: Step, needs: Vec<ResourceNeed>) -> Vec<ResourceNeed> {
        let mut left = Vec::new();
        for need in needs {
            let known = self.parts.entry(step).or_default();
            if known.iter().any(|(name, _)| *name == need.resource) {
                continue;
            }
            let request = ReservationRequest::new(Holder::new("a part"), vec![need.clone()]);
            let granted = self.ledger.request(self.now, &request.only_then());
            match granted.and_then(|granted| self.ledger.claim(self.now, granted.id)) {
                Ok(ClaimAnswer::Claimed(claim)) => known.push((need.resource, claim.id)),
                _ => left.push(need),
            }
        }
        if self.parts[&step].is_empty() {
            self.parts.remove(&step);
        }
        left
    }

    fn violated(&mut self, what: &str) {
        self.note(what);
        self.record.violations.push(what.to_owned());
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
