//! The loop of a run: an event in, the engine's actions carried out.

#![expect(
    clippy::disallowed_methods,
    reason = "bodies of tasks run on threads of their own, with the task's name"
)]

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;

use crate::ats::{AtsClient, AtsError, ReservationRequest, ResourceReservation, acquire};
use crate::engine::{Action, Engine, Event, Policy};
use crate::model::{
    AddTask, Clock, Outcome, Problem, ProblemKind, SharedParams, Stage, StopCause, TaskContext,
    TaskResult, Timestamp,
};
use crate::plan::{PlannedTask, RunPlan, Step};
use crate::reserve::{Holder, ReserveError};
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

/// Waits, on the thread of a body, until it may begin; `false` if it must not.
///
/// The run itself does not wait here: it must hear of an interrupt whatever happens.
pub(crate) type Gate = Box<dyn FnOnce() -> bool + Send>;

/// Whoever follows a run.
pub(crate) trait RunObserver {
    /// The task waits: for what, who holds it, and when it asks again.
    fn delayed(&mut self, task: &PlannedTask, step: Step, why: &str, until: Timestamp);

    /// The task is about to start. Its thread passes the gate, if there is one, before the body begins.
    fn starting(&mut self, task: &PlannedTask, step: Step) -> Option<Gate>;

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
        let (sender, events) = channel();
        self.run_with(sender, &events)
    }

    /// Starts the run on a thread of its own.
    pub(crate) fn spawn(
        self,
        interrupts: &Interrupts,
    ) -> std::io::Result<thread::JoinHandle<RunEnd>>
    where
        O: Send + 'static,
    {
        let (sender, events) = channel();
        interrupts.send_to(sender.clone());
        thread::Builder::new()
            .name("kissats".to_owned())
            .spawn(move || self.run_with(sender, &events))
    }

    fn run_with(self, sender: Sender<Event>, events: &Receiver<Event>) -> RunEnd {
        Loop {
            engine: Engine::new(self.plan, self.policy),
            params: self.params,
            client: self.client,
            clock: self.clock,
            observer: self.observer,
            held: HashMap::new(),
            sender,
        }
        .run(events)
    }
}

struct Loop<O> {
    engine: Engine,
    params: Arc<SharedParams>,
    client: Arc<dyn AtsClient>,
    clock: Arc<dyn Clock>,
    observer: O,
    /// What every step holds. Dropping it releases everything.
    held: HashMap<Step, ResourceReservation>,
    sender: Sender<Event>,
}

impl<O: RunObserver> Loop<O> {
    fn run(mut self, events: &Receiver<Event>) -> RunEnd {
        self.feed(Event::Started);
        while !self.engine.is_finished() {
            let event = self.next(events);
            // A task adds others before it ends, so they are here before its end is.
            if let Some(added) = self.observer.added() {
                self.feed(added);
            }
            self.feed(event);
        }
        RunEnd {
            stopped: self.engine.stopped().cloned(),
            interrupted: self.engine.was_interrupted(),
        }
    }

    /// Waits for the next thing to happen, or for the next thing to do.
    fn next(&self, events: &Receiver<Event>) -> Event {
        let Some(wakeup) = self.engine.next_wakeup() else {
            return events.recv().unwrap_or(Event::Tick);
        };
        match events.recv_timeout(wakeup.since(self.clock.now())) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Event::Tick,
        }
    }

    fn feed(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for action in self.engine.handle(self.clock.now(), event) {
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
            Action::Delay { step, why, until } => {
                let task = self.engine.plan().task(step);
                self.observer.delayed(task, step, &why, until);
                None
            }
            Action::Report { step, outcome } => {
                self.observer
                    .ended(self.engine.plan().task(step), step, outcome);
                None
            }
            Action::Finish => None,
        }
    }

    fn reserve(&mut self, step: Step) -> Event {
        let task = self.engine.plan().task(step);
        let request = ReservationRequest::new(Holder::new(task.name.as_str()), task.spec().needs());
        match acquire(&self.client, &request, task.spec().max_resource_retry) {
            Ok(reservation) => {
                self.held.insert(step, reservation);
                Event::Reserved(step)
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
        let resources = self
            .held
            .get(&step)
            .map(|held| Arc::clone(held.resources()))
            .unwrap_or_default();
        let cx = TaskContext::new(
            Arc::clone(&planned.task.spec),
            Arc::clone(&self.params),
            resources,
            attempt,
            self.observer.adder(),
        );
        let task = Arc::clone(&planned.task);
        let clock = Arc::clone(&self.clock);
        let sender = self.sender.clone();
        let gate = self.observer.starting(planned, step);
        let body = move || {
            let result = if gate.is_none_or(|gate| gate()) {
                // After an interrupt nobody may be listening any more.
                let _ = sender.send(Event::BodyStarted(step));
                life_cycle::run(&task, &cx, &*clock)
            } else {
                let problem =
                    Problem::new(Stage::Main, ProblemKind::Interrupted, "before it began");
                TaskResult::broken(problem, std::time::Duration::ZERO)
            };
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
        Some(Event::Ended {
            step,
            result: Box::new(TaskResult::broken(problem, std::time::Duration::ZERO)),
        })
    }
}
