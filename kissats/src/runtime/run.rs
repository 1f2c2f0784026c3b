//! The loop of a run: an event in, the engine's actions carried out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::ats::AtsClient;
use crate::engine::{Action, Engine, Event, Lane, Policy};
use crate::model::{
    AddTask, CapturedOutput, Clock, Outcome, Phase, Problem, ProblemKind, SharedParams, Stage,
    StopCause, TaskContext, TaskName, TaskResult, Timestamp, WorkerKind,
};
use crate::plan::{RunPlan, Step};
use crate::runtime::capture::{Capture, Recording, Redirect, Redirected};
use crate::runtime::hold_run::{NotHeld, has_takers, tell_not_held};
use crate::runtime::holdings::Holdings;
use crate::runtime::process::{ProcessJob, ProcessPool};
use crate::runtime::sharing::Sharing;
use crate::runtime::streams::may_be_kept;
use crate::runtime::thread_pool::{CarriesOn, ThreadPool};
use crate::runtime::worker::Job;
use crate::runtime::{Interrupts, Lender, Mail};

/// Everything a run works with.
pub(crate) struct Run<O> {
    pub(crate) plan: RunPlan,
    pub(crate) policy: Policy,
    pub(crate) params: Arc<SharedParams>,
    pub(crate) client: Arc<dyn AtsClient>,
    /// Whoever gives back what `client` lends, if somebody holds it for the run already.
    pub(crate) lender: Option<Lender>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) capture: Capture,
    pub(crate) observer: O,
    /// What it does about the other processes that belong to it; `None` if there are none.
    pub(crate) sharing: Option<Box<Sharing>>,
}

/// Whoever follows a run.
pub(crate) trait RunObserver {
    /// The run begins.
    fn begins(&mut self, _plan: &RunPlan) {}

    /// The task waits: for what, who holds it, and when it asks again.
    fn delayed(&mut self, plan: &RunPlan, step: Step, why: &str, until: Timestamp);

    /// The task is about to start.
    fn starting(&mut self, _plan: &RunPlan, _step: Step) {}

    /// The task has its outcome. `place` says which process has run it, if it was another one.
    fn ended(&mut self, plan: &RunPlan, step: Step, outcome: Outcome, place: Option<&str>);

    /// Whether anybody still hears what it tells. If nobody does, the run ends in order.
    fn is_heard(&self) -> bool {
        true
    }

    /// The run is given up, maybe while a body hangs on the thread that would tell of it: from now on it keeps
    /// to itself what it hears, for [`Self::untold`].
    fn given_up(&mut self) {}

    /// What it was told and has not told anybody.
    fn untold(&self) -> String {
        String::new()
    }

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
    /// It took longer than it may.
    pub(crate) timed_out: bool,
}

impl<O: RunObserver> Run<O> {
    /// Runs to the end on the thread of the caller.
    pub(crate) fn run(self, interrupts: &Interrupts) -> RunEnd {
        let mut run = Loop::new(self);
        run.heed(interrupts);
        run.go_on();
        let (_, _, end) = run.end();
        end
    }
}

/// Which bodies still begin, whatever the engine says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    All,
    /// Nobody sees what is reported.
    Teardowns,
    /// The run was interrupted twice.
    None,
}

/// What a run needs to go on.
pub(super) enum Next {
    /// That its main worker runs this.
    Job(Job),
    /// Mail, or time.
    Mail,
    /// To be ended: nobody hears what it tells.
    Unheard,
    /// It is over.
    Nothing,
}

/// A run that goes on, step by step, on the thread of whoever asks it to: the main worker, who also
/// runs the bodies that come out of it.
pub(super) struct Loop<O> {
    engine: Engine,
    policy: Policy,
    params: Arc<SharedParams>,
    holdings: Holdings,
    clock: Arc<dyn Clock>,
    sharing: Option<Box<Sharing>>,
    pub(super) observer: O,
    /// What is still to be done about what the engine was told last.
    actions: VecDeque<Action>,
    /// What the engine is to be told next.
    answers: VecDeque<Event>,
    has_begun: bool,
    /// The run never held what it needs.
    not_held: Option<RunEnd>,
    pub(super) begins: Begins,
    capture: Capture,
    /// `None` where bodies run beside each other, and where there is none.
    redirect: Option<&'static Redirect>,
    /// The body that the main worker is at.
    at_work: Option<AtWork>,
    /// The attempts on threads of their own.
    apart: BTreeMap<Step, (Recording, Option<Redirected>)>,
    /// What those had written that were given up.
    left_behind: BTreeMap<Step, Box<CapturedOutput>>,
    threads: ThreadPool,
    processes: ProcessPool,
    mail: Mail,
}

/// A body on the thread that carries the run on.
struct AtWork {
    name: TaskName,
    recording: Recording,
}

impl<O: RunObserver> Loop<O> {
    pub(super) fn new(run: Run<O>) -> Self {
        let mail = Mail::default();
        let reuses = !run.policy.fresh_process;
        let engine = Engine::new(run.plan, run.policy.clone());
        let may_redirect = run.capture == Capture::Everything && !engine.is_parallel();
        Self {
            engine,
            capture: run.capture,
            redirect: may_redirect.then(Redirect::of_process).flatten(),
            policy: run.policy,
            params: run.params,
            holdings: Holdings::new(run.client, run.lender),
            clock: run.clock,
            sharing: run.sharing,
            observer: run.observer,
            actions: VecDeque::new(),
            answers: VecDeque::from([Event::Started]),
            has_begun: false,
            not_held: None,
            begins: Begins::All,
            at_work: None,
            apart: BTreeMap::new(),
            left_behind: BTreeMap::new(),
            threads: ThreadPool::new(mail.clone()),
            processes: ProcessPool::new(mail.clone(), reuses, run.capture != Capture::Nothing),
            mail,
        }
    }

    /// Has the run told of interrupts, those before it began included.
    pub(super) fn heed(&mut self, interrupts: &Interrupts) {
        let heard = interrupts.send_to(self.mail.clone());
        self.answers.extend((0..heard).map(|_| Event::Interrupted));
    }

    /// Goes on to the end.
    pub(super) fn go_on(&mut self) {
        loop {
            match self.advance() {
                Next::Job(job) => {
                    let ended = job.run_here();
                    self.has_run(ended);
                }
                // Whoever waits may as well look for a better order. Nobody waits for that.
                Next::Mail if self.replan() => {}
                Next::Mail => self.mail.wait(self.time_left()),
                Next::Unheard => {
                    self.end_unheard();
                    self.answers.push_back(Event::Interrupted);
                }
                Next::Nothing => return,
            }
        }
    }

    /// Goes on as far as it goes without waiting.
    ///
    /// A body that comes back is to be run, and what came of it to be told with [`Self::has_run`]. The
    /// run may be locked away from others meanwhile, or not.
    pub(super) fn advance(&mut self) -> Next {
        loop {
            if self.begins == Begins::All && !self.observer.is_heard() {
                return Next::Unheard;
            }
            if self.is_over() {
                return Next::Nothing;
            }
            if !self.has_begun || !self.actions.is_empty() || !self.answers.is_empty() {
                if let Some(job) = self.step() {
                    return Next::Job(job);
                }
            } else if let Some(event) = self.mail.take() {
                self.take_in(event);
            } else if self.time_left().is_some_and(|left| left.is_zero()) {
                self.tell(Event::Tick);
            } else {
                return Next::Mail;
            }
        }
    }

    /// Only teardowns still begin. The run is to be told of an interrupt: it ends as Ctrl-C would have it.
    pub(super) fn end_unheard(&mut self) {
        self.begins = Begins::Teardowns;
    }

    pub(super) fn is_over(&self) -> bool {
        let nothing_to_do = self.actions.is_empty() && self.answers.is_empty();
        self.not_held.is_some() || (self.engine.is_finished() && nothing_to_do)
    }

    /// Whoever followed it, what was planned, and how it ended.
    pub(super) fn end(mut self) -> (O, RunPlan, RunEnd) {
        let not_held = self.not_held.take();
        let end = not_held.unwrap_or_else(|| RunEnd {
            stopped: self.engine.stopped().cloned(),
            interrupted: self.engine.was_interrupted(),
            timed_out: self.engine.has_timed_out(),
        });
        (self.observer, self.engine.into_plan(), end)
    }

    /// Whether the main worker is at a body.
    pub(super) fn is_at_work(&self) -> bool {
        self.at_work.is_some()
    }

    /// What the body that the main worker is at has written until now, and its name.
    pub(super) fn unfinished_output(&self) -> Option<(&TaskName, Box<CapturedOutput>)> {
        let at_work = self.at_work.as_ref()?;
        Some((&at_work.name, at_work.recording.so_far()?))
    }

    /// Performs one action, or tells the engine of one event.
    fn step(&mut self) -> Option<Job> {
        if !self.has_begun {
            self.has_begun = true;
            self.observer.begins(self.engine.plan());
            if let Err(reason) = self.hold_resources() {
                let stopped = tell_not_held(&reason, self.engine.plan(), &mut self.observer);
                self.not_held = Some(RunEnd {
                    interrupted: matches!(reason, NotHeld::Stopped(StopCause::Interrupted)),
                    timed_out: matches!(reason, NotHeld::Stopped(StopCause::TimedOut(_))),
                    stopped: Some(stopped),
                });
            }
        } else if let Some(action) = self.actions.pop_front() {
            return self.perform(action);
        } else if let Some(event) = self.answers.pop_front() {
            let known = self.engine.plan().len();
            // There were none left.
            self.actions = self.engine.handle(self.clock.now(), event).into();
            self.holdings.expect_uses(self.engine.plan(), known);
        }
        None
    }

    /// The body that came out of [`Self::step`] has ended.
    pub(super) fn has_run(&mut self, ended: Event) {
        self.at_work = None;
        // What has happened meanwhile comes first: after an interrupt nothing new starts.
        while let Some(event) = self.mail.take() {
            self.take_in(event);
        }
        self.tell(ended);
    }

    /// Something came from elsewhere.
    fn take_in(&mut self, mut event: Event) {
        if let Event::Ended { step, result } = &mut event {
            self.threads.has_ended(*step);
            self.processes.has_ended(*step);
            if let Some((recording, redirected)) = self.apart.remove(step) {
                result.output = recording.end(redirected);
            }
        }
        self.tell(event);
    }

    /// A task adds others before it ends, so they are here before its end is.
    fn tell(&mut self, event: Event) {
        if let Some(added) = self.observer.added() {
            self.answers.push_back(added);
        }
        self.answers.push_back(event);
    }

    /// In a resource mode that is for the run, takes what all its steps need.
    fn hold_resources(&mut self) -> Result<(), NotHeld> {
        let (plan, policy) = (self.engine.plan(), &self.policy);
        let is_interrupt = |event: &Event| matches!(event, Event::Interrupted);
        if !policy.resource_mode.is_for_the_run() || !has_takers(plan) {
            self.holdings.expect_uses(plan, 0);
            return Ok(());
        }
        if self.answers.iter().any(is_interrupt) {
            return Err(NotHeld::Stopped(StopCause::Interrupted));
        }
        self.holdings
            .hold_run(plan, policy, &self.clock, &self.mail)
    }

    /// Looks for a better order for a moment, for whoever has nothing else to do; `false` if there is nothing to
    /// look for.
    pub(super) fn replan(&mut self) -> bool {
        self.engine.replan(self.clock.now())
    }

    /// Whether whoever has nothing else to do should look for a better order.
    pub(super) fn may_replan(&self) -> bool {
        self.engine.may_replan(self.clock.now())
    }

    /// How long there is nothing to do if nothing happens.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let wakeup = self.next_wakeup()?;
        Some(wakeup.since(self.clock.now()))
    }

    /// When there is something to do although nothing happens.
    pub(super) fn next_wakeup(&self) -> Option<Timestamp> {
        self.engine.next_wakeup()
    }

    pub(super) fn mail(&self) -> &Mail {
        &self.mail
    }

    /// Has the threads of bodies carry the run on when one has ended.
    pub(super) fn carried_on_by(&mut self, run: Weak<dyn CarriesOn>) {
        self.threads.tell(run);
    }

    fn perform(&mut self, action: Action) -> Option<Job> {
        match action {
            Action::Claim(step) => {
                let answer = self.claim(step);
                self.answers.push_back(answer);
            }
            Action::Reserve(step) => {
                let (plan, now) = (self.engine.plan(), self.clock.now());
                let answer = self.holdings.reserve(step, plan, now);
                self.answers.push_back(answer);
            }
            Action::Run {
                step,
                attempt,
                on,
                lane,
            } => return self.start(step, attempt, on, lane),
            Action::LeaveLane(lane) => {
                self.threads.leave_lane(lane);
                self.processes.leave_lane(lane);
            }
            Action::GiveUp(step) => {
                may_be_kept();
                self.threads.give_up(step);
                // A process is killed instead, and tells what it has written when it is gone.
                let apart = self.apart.remove(&step);
                let written = apart.and_then(|(recording, redirected)| recording.end(redirected));
                self.left_behind
                    .extend(written.map(|written| (step, written)));
            }
            Action::Kill { step, at_once } => self.processes.kill(step, at_once),
            Action::Release(step) => {
                let task = self.engine.plan().task(step);
                let is_tried_again = self.engine.is_tried_again(step);
                let mode = self.policy.resource_mode;
                self.holdings.release(step, task, is_tried_again, mode);
            }
            Action::Delay { step, why, until } => {
                let plan = self.engine.plan();
                self.observer.delayed(plan, step, &why, until);
            }
            Action::Report { step, mut outcome } => {
                if let Some(written) = self.left_behind.remove(&step) {
                    outcome.add_output(written);
                }
                if let Some(sharing) = &mut self.sharing {
                    let task = self.engine.plan().task(step);
                    sharing.ended(step, task, &outcome, &self.params);
                }
                let plan = self.engine.plan();
                let places = self.engine.places();
                let place = match places.is_empty() {
                    true => None,
                    false => places.get(&step).map(String::as_str),
                };
                self.observer.ended(plan, step, outcome, place);
                self.holdings.ended(step, plan.task(step));
            }
            Action::Finish => {}
        }
        None
    }

    fn claim(&mut self, step: Step) -> Event {
        let task = self.engine.plan().task(step);
        match &mut self.sharing {
            Some(sharing) => sharing.claim(step, task, &self.params),
            None => Event::Claimed(step),
        }
    }

    /// A body that may take as long as it likes is for the main worker. One with a time-out runs apart,
    /// because it may have to be given up; where all may have to be, all do.
    fn start(
        &mut self,
        step: Step,
        attempt: u32,
        on: WorkerKind,
        lane: Option<Lane>,
    ) -> Option<Job> {
        let planned = self.engine.plan().task(step);
        let begins = match self.begins {
            Begins::All => true,
            Begins::Teardowns => planned.task.phase() == Phase::Teardown,
            Begins::None => false,
        };
        if !begins {
            let problem = Problem::new(Stage::Main, ProblemKind::Interrupted, "before it began");
            self.answers.push_back(broken(step, problem));
            return None;
        }
        let resources = self.holdings.resources(step);
        let is_recorded = |sharing: &Sharing| sharing.records(step, planned);
        let recording = if self.sharing.as_deref().is_some_and(is_recorded) {
            // Its own process shows it as well.
            let redirect = match self.engine.is_parallel() {
                true => None,
                false => Redirect::of_process(),
            };
            Recording::new(Capture::Everything, redirect)
        } else {
            Recording::new(self.capture, self.redirect)
        };
        let cx = TaskContext::new(
            &planned.task,
            Arc::clone(&self.params),
            resources,
            attempt,
            self.observer.adder(),
            recording.log(&planned.name),
        );
        if let Some(sharing) = &mut self.sharing {
            sharing.starting(step, &self.params);
        }
        self.observer.starting(self.engine.plan(), step);
        let mut job = Job {
            step,
            name: planned.name.clone(),
            task: planned.task.clone(),
            cx,
            clock: Arc::clone(&self.clock),
            recording,
            redirected: None,
        };
        let started = match on {
            WorkerKind::Process => {
                let pack = job.task.pack().to_owned();
                let job = ProcessJob {
                    step,
                    pack,
                    cx: job.cx,
                };
                self.processes.run(job, lane)
            }
            WorkerKind::Main | WorkerKind::Thread
                if self.engine.is_parallel() || self.policy.may_give_up_any() =>
            {
                let runs_alone = !self.engine.is_parallel();
                let redirected = runs_alone.then(|| job.recording.begin()).flatten();
                self.apart.insert(step, (job.recording.clone(), redirected));
                self.threads.run(job, on == WorkerKind::Main, lane)
            }
            WorkerKind::Main | WorkerKind::Thread if planned.task.timeout().is_none() => {
                self.at_work = Some(AtWork {
                    name: job.name.clone(),
                    recording: job.recording.clone(),
                });
                job.redirected = job.recording.begin();
                return Some(job);
            }
            WorkerKind::Main | WorkerKind::Thread => {
                let redirected = job.recording.begin();
                self.apart.insert(step, (job.recording.clone(), redirected));
                job.run_apart(self.mail.clone())
            }
        };
        if let Err(error) = started {
            self.apart.remove(&step);
            let message = format!("no worker could be started: {error}");
            let problem = Problem::new(Stage::Main, ProblemKind::Error, message);
            self.answers.push_back(broken(step, problem));
        }
        None
    }
}

/// The end of a body that never began.
fn broken(step: Step, problem: Problem) -> Event {
    Event::Ended {
        step,
        result: Box::new(TaskResult::broken(problem, Duration::ZERO)),
    }
}
