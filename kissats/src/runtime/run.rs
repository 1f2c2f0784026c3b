//! The loop of a run: an event in, the engine's actions carried out.

#![expect(
    clippy::disallowed_methods,
    reason = "bodies of tasks run on threads of their own, with the task's name"
)]

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::ats::{
    Acquired, AtsClient, AtsError, PendingReservation, ResourceReservation, RetryPolicy, acquire,
};
use crate::engine::{Action, Engine, Event, Policy};
use crate::model::{
    AddTask, Clock, Outcome, Phase, Problem, ProblemKind, SharedParams, Stage, StopCause,
    TaskContext, TaskResult, Timestamp,
};
use crate::plan::{PlannedTask, RunPlan, Step};
use crate::reserve::{Holder, ReservationRequest, ReserveError};
use crate::runtime::hold_run::{NotHeld, has_takers, hold_run, tell_not_held};
use crate::runtime::{Interrupts, life_cycle};

/// Everything a run works with.
pub(crate) struct Run<O> {
    pub(crate) plan: RunPlan,
    pub(crate) policy: Policy,
    pub(crate) params: Arc<SharedParams>,
    pub(crate) client: Arc<dyn AtsClient>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: O,
}

/// Whoever follows a run.
pub(crate) trait RunObserver {
    /// The task waits: for what, who holds it, and when it asks again.
    fn delayed(&mut self, task: &PlannedTask, step: Step, why: &str, until: Timestamp);

    /// The task is about to start.
    fn starting(&mut self, _task: &PlannedTask, _step: Step) {}

    /// The task has its outcome.
    fn ended(&mut self, task: &PlannedTask, step: Step, outcome: Outcome);

    /// Tasks that have come since it was asked last.
    fn added(&mut self) -> Option<Event> {
        None
    }

    /// What the task may use to add others.
    fn adder(&self) -> Option<Arc<dyn AddTask>> {
        None
    }
}

/// How a run ended, beyond its outcomes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RunEnd {
    pub(crate) stopped: Option<StopCause>,
    pub(crate) interrupted: bool,
}

impl<O: RunObserver> Run<O> {
    /// Runs to the end on the thread of the caller.
    pub(crate) fn run(self) -> RunEnd {
        let mut run = Loop::new(self);
        run.go_on();
        run.end()
    }
}

/// A run that goes on, step by step, on the thread of whoever asks it to.
pub(super) struct Loop<O> {
    engine: Engine,
    policy: Policy,
    params: Arc<SharedParams>,
    client: Arc<dyn AtsClient>,
    clock: Arc<dyn Clock>,
    pub(super) observer: O,
    /// What is still to be done about what the engine was told last.
    actions: VecDeque<Action>,
    /// What the engine is to be told next.
    answers: VecDeque<Event>,
    /// What every step holds. Dropping it releases everything.
    held: HashMap<Step, ResourceReservation>,
    /// What is set aside for steps that wait until it is their time.
    pending: HashMap<Step, PendingReservation>,
    has_begun: bool,
    /// The run never held what it needs.
    not_held: Option<RunEnd>,
    /// Nobody sees what is reported: no body begins but those of teardowns.
    pub(super) is_unseen: bool,
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl<O: RunObserver> Loop<O> {
    pub(super) fn new(run: Run<O>) -> Self {
        let (sender, events) = channel();
        Self {
            engine: Engine::new(run.plan, run.policy.clone()),
            policy: run.policy,
            params: run.params,
            client: run.client,
            clock: run.clock,
            observer: run.observer,
            actions: VecDeque::new(),
            answers: VecDeque::from([Event::Started]),
            held: HashMap::new(),
            pending: HashMap::new(),
            has_begun: false,
            not_held: None,
            is_unseen: false,
            sender,
            events,
        }
    }

    /// Has the run told of interrupts.
    pub(super) fn heed(&self, interrupts: &Interrupts) {
        interrupts.send_to(self.sender.clone());
    }

    /// Goes on to the end.
    pub(super) fn go_on(&mut self) {
        while !self.is_over() {
            self.step();
        }
    }

    pub(super) fn is_over(&self) -> bool {
        let nothing_to_do = self.actions.is_empty() && self.answers.is_empty();
        self.not_held.is_some() || (self.engine.is_finished() && nothing_to_do)
    }

    pub(super) fn end(self) -> RunEnd {
        self.not_held.unwrap_or_else(|| RunEnd {
            stopped: self.engine.stopped().cloned(),
            interrupted: self.engine.was_interrupted(),
        })
    }

    /// Performs one action, or tells the engine of one event; waits for it if there is none.
    pub(super) fn step(&mut self) {
        if !self.has_begun {
            self.has_begun = true;
            if let Err(reason) = self.hold_resources() {
                let stopped = tell_not_held(&reason, self.engine.plan(), &mut self.observer);
                self.not_held = Some(RunEnd {
                    interrupted: matches!(reason, NotHeld::Interrupted),
                    stopped: Some(stopped),
                });
            }
        } else if let Some(action) = self.actions.pop_front() {
            let answer = self.perform(action);
            self.answers.extend(answer);
        } else if let Some(event) = self.answers.pop_front() {
            self.actions
                .extend(self.engine.handle(self.clock.now(), event));
        } else {
            let event = self.next();
            // A task adds others before it ends, so they are here before its end is.
            self.answers.extend(self.observer.added());
            self.answers.push_back(event);
        }
    }

    /// In a resource mode that is for the run, puts what the run holds in the place of its ATS.
    fn hold_resources(&mut self) -> Result<(), NotHeld> {
        let (plan, policy) = (self.engine.plan(), &self.policy);
        if policy.resource_mode.is_for_the_run() && has_takers(plan) {
            self.client = hold_run(&self.client, &self.clock, plan, policy, &self.events)?;
        }
        Ok(())
    }

    /// Waits for the next thing to happen, or for the next thing to do.
    fn next(&self) -> Event {
        let Some(wakeup) = self.engine.next_wakeup() else {
            return self.events.recv().unwrap_or(Event::Tick);
        };
        match self.events.recv_timeout(wakeup.since(self.clock.now())) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Event::Tick,
        }
    }

    fn perform(&mut self, action: Action) -> Option<Event> {
        match action {
            Action::Reserve(step) => Some(self.reserve(step)),
            Action::Run { step, attempt } => self.start(step, attempt),
            Action::Release(step) => {
                self.release(step);
                None
            }
            Action::Delay { step, why, until } => {
                let task = self.engine.plan().task(step);
                self.observer.delayed(task, step, &why, until);
                None
            }
            Action::Report { step, outcome } => {
                self.pending.remove(&step);
                self.observer
                    .ended(self.engine.plan().task(step), step, outcome);
                None
            }
            Action::Finish => None,
        }
    }

    /// Asks for everything the step needs, or claims what was set aside when it was asked for before.
    fn reserve(&mut self, step: Step) -> Event {
        let answer = match self.pending.remove(&step) {
            Some(pending) => pending.claim(),
            None => {
                let task = self.engine.plan().task(step);
                let spec = task.spec();
                let holder = Holder::new(task.name.as_str());
                let request = ReservationRequest::new(holder, spec.needs())
                    .until_released(spec.est_task_time);
                let policy = RetryPolicy::default()
                    .with_retries(spec.max_resource_retry)
                    .within(spec.max_resource_wait.unwrap_or(self.policy.patience));
                acquire(&self.client, request, policy, self.clock.now())
            }
        };
        match answer {
            Ok(Acquired::Held(reservation)) => {
                self.held.insert(step, reservation);
                Event::Reserved(step)
            }
            Ok(Acquired::NotBefore(pending)) => {
                let available_at = pending.next_available_time();
                let why = match pending.waits_for() {
                    Some(obstacle) => obstacle.to_string(),
                    None => format!("what it needs is set aside for it from {available_at} on"),
                };
                self.pending.insert(step, pending);
                Event::Unavailable {
                    step,
                    why,
                    available_at: Some(available_at),
                }
            }
            Err(AtsError::Refused(refusal @ ReserveError::Unavailable { available_at, .. })) => {
                Event::Unavailable {
                    step,
                    why: refusal.to_string(),
                    available_at,
                }
            }
            Err(error) => Event::ReserveFailed {
                step,
                problem: Problem::from_error(&error).in_stage(Stage::Resources),
            },
        }
    }

    fn release(&mut self, step: Step) {
        let Some(Err(error)) = self.held.remove(&step).map(ResourceReservation::release) else {
            return;
        };
        let name = &self.engine.plan().task(step).name;
        crate::runtime::say(&format!(
            "what `{name}` held could not be given back: {error}"
        ));
    }

    /// Runs the body on a thread that carries the task's name.
    fn start(&mut self, step: Step, attempt: u32) -> Option<Event> {
        let planned = self.engine.plan().task(step);
        if self.is_unseen && planned.task.phase() != Phase::Teardown {
            let problem = Problem::new(Stage::Main, ProblemKind::Interrupted, "before it began");
            return Some(broken(step, problem));
        }
        let resources = self
            .held
            .get(&step)
            .map(|held| Arc::clone(held.resources()))
            .unwrap_or_default();
        let task = planned.task.resolve();
        let cx = TaskContext::new(
            Arc::clone(&task.spec),
            Arc::clone(&self.params),
            resources,
            attempt,
            self.observer.adder(),
        );
        let clock = Arc::clone(&self.clock);
        let sender = self.sender.clone();
        let has_timeout = planned.task.timeout().is_some();
        self.observer.starting(planned, step);
        let body = move || {
            // Nobody asks when a body began that may take as long as it likes.
            if has_timeout {
                // After an interrupt nobody may be listening any more.
                let _ = sender.send(Event::BodyStarted(step));
            }
            let result = life_cycle::run(&task, &cx, &*clock);
            let _ = sender.send(Event::Ended {
                step,
                result: Box::new(result),
            });
        };
        let error = thread::Builder::new()
            .name(planned.name.to_string())
            .spawn(body)
            .err()?;
        let message = format!("no thread could be started: {error}");
        let problem = Problem::new(Stage::Main, ProblemKind::Error, message);
        Some(broken(step, problem))
    }
}

/// The end of a body that never began.
fn broken(step: Step, problem: Problem) -> Event {
    Event::Ended {
        step,
        result: Box::new(TaskResult::broken(problem, Duration::ZERO)),
    }
}
