//! The loop of a run: an event in, the engine's actions carried out.

#![expect(
    clippy::disallowed_methods,
    reason = "bodies of tasks run on threads of their own, with the task's name"
)]

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::ats::{AtsClient, AtsError, ReservationRequest, ResourceReservation, acquire};
use crate::engine::{Action, Engine, Event, Policy};
use crate::model::{
    Clock, GlobalParams, Outcome, Problem, ProblemKind, Stage, TaskContext, TaskResult,
};
use crate::plan::{Catalog, RunPlan, Step};
use crate::reserve::{Holder, ReserveError};
use crate::runtime::{Interrupts, life_cycle};

/// Everything a run works with.
pub(crate) struct Run {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) plan: RunPlan,
    pub(crate) policy: Policy,
    pub(crate) params: Arc<GlobalParams>,
    pub(crate) client: Arc<dyn AtsClient>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// How a run ended, beyond its outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RunEnd {
    pub(crate) interrupted: bool,
}

/// A run that goes on while somebody waits for an outcome, on the thread of who waits.
///
/// So a body starts only when the outcomes before it have been taken, and shown: whatever a task
/// prints comes after the reports of the tasks before it, and the same run prints the same lines. And
/// a task costs two changes of threads, to its body and back.
pub(crate) struct RunInProgress(Mutex<Loop>);

impl Run {
    /// Prepares the run; nothing happens before its first outcome is waited for.
    pub(crate) fn start(self, interrupts: &Interrupts) -> RunInProgress {
        let (sender, receiver) = channel();
        interrupts.send_to(sender.clone());
        RunInProgress(Mutex::new(Loop {
            engine: Engine::new(self.plan.clone(), self.policy.clone()),
            outcomes: (0..self.plan.len()).map(|_| None).collect(),
            run: self,
            held: HashMap::new(),
            actions: VecDeque::new(),
            events: VecDeque::from([Event::Started]),
            sender,
            receiver,
        }))
    }
}

impl RunInProgress {
    /// Waits for the outcome of `step` and takes it. Everything taken before must have been shown.
    ///
    /// `None` if there is none, which is a bug of kissats.
    pub(crate) fn outcome(&self, step: Step) -> Option<Outcome> {
        // A lock is poisoned when the run itself has panicked: nothing will come of it any more.
        let mut run = self.0.lock().ok()?;
        while run.outcomes[step.position()].is_none() && !run.is_over() {
            run.go_on();
        }
        run.outcomes[step.position()].take()
    }

    /// Runs what is left; `None` if the run broke.
    pub(crate) fn finish(&self) -> Option<RunEnd> {
        let mut run = self.0.lock().ok()?;
        while !run.is_over() {
            run.go_on();
        }
        Some(RunEnd {
            interrupted: run.engine.was_interrupted(),
        })
    }
}

struct Loop {
    engine: Engine,
    run: Run,
    /// By step, until they are taken.
    outcomes: Vec<Option<Outcome>>,
    /// What every step holds. Dropping it releases everything.
    held: HashMap<Step, ResourceReservation>,
    /// What the engine has asked for and nobody has done.
    actions: VecDeque<Action>,
    /// What has happened and the engine has not heard of.
    events: VecDeque<Event>,
    sender: Sender<Event>,
    receiver: Receiver<Event>,
}

impl Loop {
    fn is_over(&self) -> bool {
        self.engine.is_finished() && self.actions.is_empty()
    }

    /// Does one thing: an action; if there is none, it tells the engine of an event.
    fn go_on(&mut self) {
        if let Some(action) = self.actions.pop_front() {
            let event = self.perform(action);
            self.events.extend(event);
            return;
        }
        let event = self.events.pop_front().unwrap_or_else(|| self.wait());
        let actions = self.engine.handle(self.run.clock.now(), event);
        self.actions.extend(actions);
    }

    /// Waits for the next thing to happen, or for the next thing to do.
    fn wait(&self) -> Event {
        let Some(wakeup) = self.engine.next_wakeup() else {
            return self.receiver.recv().unwrap_or(Event::Tick);
        };
        match self
            .receiver
            .recv_timeout(wakeup.since(self.run.clock.now()))
        {
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
            Action::Report { step, outcome } => {
                self.outcomes[step.position()] = Some(outcome);
                None
            }
            Action::Finish => None,
        }
    }

    fn reserve(&mut self, step: Step) -> Event {
        let task = self.run.plan.task(step);
        let request = ReservationRequest::new(Holder::new(task.name.as_str()), task.spec.needs());
        match acquire(&self.run.client, &request, task.spec.max_resource_retry) {
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
