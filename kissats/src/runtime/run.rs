//! The loop of a run: an event in, the engine's actions carried out.

#![expect(
    clippy::disallowed_methods,
    reason = "bodies of tasks run on threads of their own, with the task's name"
)]

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;

use crate::ats::{
    Acquired, AtsClient, AtsError, PendingReservation, ResourceReservation, RetryPolicy, acquire,
};
use crate::engine::{Action, Engine, Event, Policy};
use crate::model::{Clock, GlobalParams, Problem, ProblemKind, Stage, TaskContext, TaskResult};
use crate::plan::{Catalog, PlannedTask, RunPlan, Step};
use crate::reserve::{Holder, ReservationRequest, ReserveError};
use crate::runtime::hold_run::{NotHeld, hold_run, post_not_held};
use crate::runtime::{Interrupts, OutcomeBoard, life_cycle};

/// Everything a run works with.
pub(crate) struct Run {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) plan: RunPlan,
    pub(crate) policy: Policy,
    pub(crate) params: Arc<GlobalParams>,
    pub(crate) client: Arc<dyn AtsClient>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) board: Arc<OutcomeBoard>,
}

/// How a run ended, beyond its outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RunEnd {
    pub(crate) interrupted: bool,
}

/// Closes the board when the run is over, also if it is over because it panicked.
struct ClosesBoard(Arc<OutcomeBoard>);

impl Drop for ClosesBoard {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Run {
    /// Starts the run on a thread of its own. It ends when the board is closed.
    pub(crate) fn spawn(
        mut self,
        interrupts: &Interrupts,
    ) -> std::io::Result<thread::JoinHandle<RunEnd>> {
        let (sender, events) = channel();
        interrupts.send_to(sender.clone());
        thread::Builder::new()
            .name("kissats".to_owned())
            .spawn(move || {
                let _closes = ClosesBoard(Arc::clone(&self.board));
                if let Err(reason) = self.hold_resources(&events) {
                    post_not_held(&reason, &self.plan, &self.board);
                    return RunEnd {
                        interrupted: matches!(reason, NotHeld::Interrupted),
                    };
                }
                Loop {
                    engine: Engine::new(self.plan.clone(), self.policy.clone()),
                    run: self,
                    held: HashMap::new(),
                    pending: HashMap::new(),
                    sender,
                }
                .run(&events)
            })
    }

    /// In a resource mode that is for the run, puts what the run holds in the place of its ATS.
    fn hold_resources(&mut self, events: &Receiver<Event>) -> Result<(), NotHeld> {
        let needs = |(_, task): (Step, &PlannedTask)| task.spec.needs_resources();
        if self.policy.resource_mode.is_for_the_run() && self.plan.steps().any(needs) {
            self.client = hold_run(&self.client, &self.clock, &self.plan, &self.policy, events)?;
        }
        Ok(())
    }
}

struct Loop {
    engine: Engine,
    run: Run,
    /// What every step holds. Dropping it releases everything.
    held: HashMap<Step, ResourceReservation>,
    /// What is set aside for steps that wait until it is their time.
    pending: HashMap<Step, PendingReservation>,
    sender: Sender<Event>,
}

impl Loop {
    fn run(mut self, events: &Receiver<Event>) -> RunEnd {
        self.feed(Event::Started);
        while !self.engine.is_finished() {
            let event = self.next(events);
            self.feed(event);
        }
        RunEnd {
            interrupted: self.engine.was_interrupted(),
        }
    }

    /// Waits for the next thing to happen, or for the next thing to do.
    fn next(&self, events: &Receiver<Event>) -> Event {
        let Some(wakeup) = self.engine.next_wakeup() else {
            return events.recv().unwrap_or(Event::Tick);
        };
        match events.recv_timeout(wakeup.since(self.run.clock.now())) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Event::Tick,
        }
    }

    fn feed(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for action in self.engine.handle(self.run.clock.now(), event) {
                events.extend(self.perform(action));
            }
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
            Action::Report { step, outcome } => {
                self.pending.remove(&step);
                self.run.board.post(step, outcome);
                None
            }
            Action::Finish => None,
        }
    }

    /// Asks for everything the step needs, or claims what was set aside when it was asked for before.
    fn reserve(&mut self, step: Step) -> Event {
        let now = self.run.clock.now();
        let answer = match self.pending.remove(&step) {
            Some(pending) => pending.claim(),
            None => {
                let spec = &self.run.plan.task(step).spec;
                let holder = Holder::new(self.run.plan.task(step).name.as_str());
                let request = ReservationRequest::new(holder, spec.needs())
                    .until_released(spec.est_task_time);
                let policy = RetryPolicy::default()
                    .with_retries(spec.max_resource_retry)
                    .within(spec.max_resource_wait.unwrap_or(self.run.policy.patience));
                acquire(&self.run.client, request, policy, now)
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
        let name = &self.run.plan.task(step).name;
        crate::runtime::say(&format!(
            "what `{name}` held could not be given back: {error}"
        ));
    }

    /// Runs the body on a thread that carries the task's name.
    fn start(&self, step: Step, attempt: u32) -> Option<Event> {
        let planned = self.run.plan.task(step);
        let resources = self
            .held
            .get(&step)
            .map(|held| Arc::clone(held.resources()))
            .unwrap_or_default();
        let cx = TaskContext::new(
            Arc::clone(&planned.spec),
            Arc::clone(&self.run.params),
            resources,
            attempt,
        );
        let catalog = Arc::clone(&self.run.catalog);
        let id = planned.id;
        let clock = Arc::clone(&self.run.clock);
        let sender = self.sender.clone();
        let body = move || {
            let result = life_cycle::run(catalog.task(id), &cx, &*clock);
            // After an interrupt nobody may be listening any more.
            let _ = sender.send(Event::Ended {
                step,
                result: Box::new(result),
            });
        };
        self.run.board.wait_for_reader();
        let error = thread::Builder::new()
            .name(planned.name.to_string())
            .spawn(body)
            .err()?;
        let message = format!("no thread could be started: {error}");
        let problem = Problem::new(Stage::Main, ProblemKind::Error, message);
        Some(Event::Ended {
            step,
            result: Box::new(TaskResult::broken(problem, std::time::Duration::ZERO)),
        })
    }
}
