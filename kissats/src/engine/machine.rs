//! The one place where the state of a run changes.

use std::collections::BTreeSet;

use crate::engine::task_state::TaskState;
use crate::engine::{Action, Event, Policy};
use crate::model::{
    Blocked, Outcome, Problem, ProblemKind, Stage, StopCause, TaskResult, Timestamp,
};
use crate::plan::{PlannedTask, RunPlan, Step};

/// A run: fed with events, it answers with actions.
///
/// Runs one task at a time, always the first of the plan that is ready.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(super) plan: RunPlan,
    pub(super) policy: Policy,
    pub(super) tasks: Vec<TaskRun>,
    /// Everything in the state `Ready`, in the order in which it is to run.
    pub(super) ready: BTreeSet<(usize, Step)>,
    /// Everything in the state `Delayed`.
    pub(super) delayed: BTreeSet<Step>,
    /// The step in the state `Reserving` or `Running`.
    pub(super) active: Option<Step>,
    /// Everything in the state `Overdue`.
    pub(super) overdue: BTreeSet<Step>,
    pub(super) without_outcome: usize,
    pub(super) stopped: Option<StopCause>,
    pub(super) interrupts: u32,
    pub(super) finished: bool,
}

/// What the engine knows of one task.
#[derive(Debug)]
pub(super) struct TaskRun {
    pub(super) state: TaskState,
    /// Its place in the order: that of the plan, unless the order was changed.
    pub(super) rank: usize,
    /// Who waits for it, and whether it must succeed for them.
    pub(super) dependents: Vec<(Step, bool)>,
    /// What is already known to keep it from running.
    pub(super) blocked: Option<Blocked>,
    pub(super) attempts: Vec<TaskResult>,
    pub(super) refused: Option<Box<Refused>>,
    pub(super) ended: Option<Ended>,
}

/// What those who wait for a task that has ended need to know of it.
#[derive(Debug)]
pub(super) enum Ended {
    Well,
    Otherwise(Blocked),
}

/// A task's first refusal and the reason of the last.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) since: Timestamp,
    pub(super) why: String,
}

impl Engine {
    pub(crate) fn new(plan: RunPlan, policy: Policy) -> Self {
        let steps = plan.len();
        let mut engine = Self {
            tasks: Vec::with_capacity(steps),
            plan,
            policy,
            ready: BTreeSet::new(),
            delayed: BTreeSet::new(),
            active: None,
            overdue: BTreeSet::new(),
            without_outcome: 0,
            stopped: None,
            interrupts: 0,
            finished: false,
        };
        let ready = (0..steps).map(Step::new).filter(|step| engine.admit(*step));
        let ready: Vec<(usize, Step)> = ready.map(|step| (step.position(), step)).collect();
        // Built in one go, which costs a fraction of as many insertions.
        engine.ready = ready.into_iter().collect();
        engine
    }

    /// The tasks of the run, those that were added included.
    pub(crate) fn plan(&self) -> &RunPlan {
        &self.plan
    }

    /// Takes the next task of the plan into the run; `true` if it is ready.
    fn admit(&mut self, step: Step) -> bool {
        let task = self.plan.task(step);
        let mut open = 0;
        let mut blocked = task.blocked.clone();
        for requirement in &task.requires {
            let on = &mut self.tasks[requirement.on.position()];
            match &on.ended {
                None => {
                    on.dependents.push((step, requirement.why.must_succeed()));
                    open += 1;
                }
                Some(Ended::Otherwise(chain)) if requirement.why.must_succeed() => {
                    blocked.get_or_insert_with(|| chain.clone());
                }
                Some(_) => {}
            }
        }
        self.tasks.push(TaskRun {
            state: if open == 0 {
                TaskState::Ready
            } else {
                TaskState::Waiting { open }
            },
            rank: step.position(),
            dependents: Vec::new(),
            blocked,
            attempts: Vec::new(),
            refused: None,
            ended: None,
        });
        self.without_outcome += 1;
        open == 0
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// What ended the run before its time, if something did.
    pub(crate) fn stopped(&self) -> Option<&StopCause> {
        self.stopped.as_ref()
    }

    /// Whether Ctrl-C or a request to terminate ended the run before its time.
    pub(crate) fn was_interrupted(&self) -> bool {
        self.interrupts > 0
    }

    /// When a `Tick` is due, if nothing happens before.
    pub(crate) fn next_wakeup(&self) -> Option<Timestamp> {
        let deadline = self.active.and_then(|step| match self.run(step).state {
            TaskState::Running { deadline } => deadline,
            _ => None,
        });
        let delays = self
            .delayed
            .iter()
            .filter_map(|step| match self.run(*step).state {
                TaskState::Delayed { until } => Some(until),
                _ => None,
            });
        // What is delayed has its turn only when nothing is active.
        let ask_again = if self.active.is_none() {
            delays.min()
        } else {
            None
        };
        deadline.into_iter().chain(ask_again).min()
    }

    /// Takes in what happened and says what to do about it.
    pub(crate) fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Started | Event::Tick => {}
            Event::Reserved(step) => self.on_reserved(step, &mut actions),
            Event::BodyStarted(step) => self.on_body_started(now, step),
            Event::Unavailable {
                step,
                why,
                available_at,
            } => {
                self.on_unavailable(now, step, why, available_at, &mut actions);
            }
            Event::ReserveFailed { step, problem } => {
                if self.leave_active(step) {
                    let result = TaskResult::broken(problem, std::time::Duration::ZERO);
                    self.end_attempt(step, result, &mut actions);
                }
            }
            Event::Ended { step, result } => self.on_ended(now, step, *result, &mut actions),
            Event::Added { tasks, order } => self.on_added(tasks, &order, &mut actions),
            Event::Interrupted => self.on_interrupted(&mut actions),
        }
        self.give_up_overdue(now, &mut actions);
        self.wake_delayed(now);
        self.dispatch(&mut actions);
        self.finish_if_done(&mut actions);
        actions
    }

    fn on_reserved(&mut self, step: Step, actions: &mut Vec<Action>) {
        match self.run(step).state {
            TaskState::Reserving if self.may_start(step) => self.start(step, actions),
            // The answer came after the run was stopped.
            TaskState::Reserving => {
                self.active = None;
                actions.push(Action::Release(step));
                self.end_unstarted(step, actions);
            }
            _ => actions.push(Action::Release(step)),
        }
    }

    /// The time-out counts from here: waiting for a place to write to is not running either.
    fn on_body_started(&mut self, now: Timestamp, step: Step) {
        let limit = self.plan.task(step).task.timeout();
        if let TaskState::Running { deadline } = &mut self.run_mut(step).state {
            *deadline = limit.map(|limit| now + limit);
        }
    }

    fn on_unavailable(
        &mut self,
        now: Timestamp,
        step: Step,
        why: String,
        available_at: Option<Timestamp>,
        actions: &mut Vec<Action>,
    ) {
        if !self.leave_active(step) {
            return;
        }
        // The answer came after the run was stopped.
        if !self.may_start(step) {
            self.end_unstarted(step, actions);
            return;
        }
        let patience = self
            .plan
            .task(step)
            .spec()
            .max_resource_wait
            .unwrap_or(self.policy.patience);
        let ask_again = now + self.policy.ask_again_after;
        let run = self.run_mut(step);
        let refused = run.refused.get_or_insert_with(|| {
            Box::new(Refused {
                since: now,
                why: String::new(),
            })
        });
        refused.why = why;
        let give_up_at = refused.since + patience;
        if now >= give_up_at {
            let message = format!(
                "waited {patience:?} (max_resource_wait), and {}",
                refused.why
            );
            let problem = Problem::new(Stage::Resources, ProblemKind::Unmet, message);
            self.end_attempt(
                step,
                TaskResult::broken(problem, std::time::Duration::ZERO),
                actions,
            );
            return;
        }
        let until = available_at
            .filter(|when| *when > now)
            .unwrap_or(ask_again)
            .min(give_up_at);
        run.state = TaskState::Delayed { until };
        let why = refused.why.clone();
        self.delayed.insert(step);
        actions.push(Action::Delay { step, why, until });
    }

    fn on_ended(
        &mut self,
        now: Timestamp,
        step: Step,
        result: TaskResult,
        actions: &mut Vec<Action>,
    ) {
        match self.run(step).state {
            TaskState::Running { .. } => {
                self.active = None;
                actions.push(Action::Release(step));
                self.end_attempt(step, result, actions);
                self.ask_again(now);
            }
            TaskState::Overdue => {
                self.overdue.remove(&step);
                self.run_mut(step).state = TaskState::Ended;
                actions.push(Action::Release(step));
                self.ask_again(now);
            }
            _ => {}
        }
    }

    /// More tasks, and the order in which all that has not started is to run from now on.
    fn on_added(&mut self, tasks: Vec<PlannedTask>, order: &[Step], actions: &mut Vec<Action>) {
        let mut added = Vec::with_capacity(tasks.len());
        for task in tasks {
            let step = self.plan.push(task);
            if self.admit(step) {
                self.ready.insert((step.position(), step));
            }
            added.push(step);
        }
        for (rank, step) in order.iter().enumerate() {
            let run = &mut self.tasks[step.position()];
            if self.ready.remove(&(run.rank, *step)) {
                self.ready.insert((rank, *step));
            }
            run.rank = rank;
        }
        if let Some(cause) = self.stopped.clone() {
            let may_start = |engine: &Self, step: &Step| engine.may_start(*step);
            let late: BTreeSet<Step> = added
                .into_iter()
                .filter(|step| !may_start(self, step))
                .collect();
            self.cancel(&cause, |step, _| late.contains(&step), actions);
        }
    }

    /// A body that has run too long is given up; what it holds stays held, because it may be using it.
    fn give_up_overdue(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let Some(step) = self.active else { return };
        let TaskState::Running {
            deadline: Some(deadline),
        } = self.run(step).state
        else {
            return;
        };
        if now < deadline {
            return;
        }
        let limit = self.plan.task(step).task.timeout().unwrap_or_default();
        let mut message = "its thread was given up".to_owned();
        if self.plan.task(step).task.needs_resources() {
            message.push_str("; what it holds stays held until the thread or the run ends");
        }
        let problem = Problem::new(Stage::Main, ProblemKind::TimedOut(limit), message);
        self.active = None;
        self.give_up(step, problem, limit, actions);
    }

    pub(super) fn give_up(
        &mut self,
        step: Step,
        problem: Problem,
        run_time: std::time::Duration,
        actions: &mut Vec<Action>,
    ) {
        self.overdue.insert(step);
        // No further attempt: the first may still be at work.
        self.run_mut(step)
            .attempts
            .push(TaskResult::broken(problem, run_time));
        self.run_mut(step).state = TaskState::Overdue;
        actions.push(Action::GiveUp(step));
        let attempts = std::mem::take(&mut self.run_mut(step).attempts);
        self.settle(step, Outcome::Failed(attempts), actions);
    }

    fn wake_delayed(&mut self, now: Timestamp) {
        if self.delayed.is_empty() {
            return;
        }
        let due = |step: &Step| matches!(self.run(*step).state, TaskState::Delayed { until } if until <= now);
        let due: Vec<Step> = self.delayed.iter().copied().filter(due).collect();
        for step in due {
            self.make_ready(step);
        }
    }

    /// Something was released: whoever waits for a resource asks again.
    fn ask_again(&mut self, now: Timestamp) {
        for step in &self.delayed {
            self.tasks[step.position()].state = TaskState::Delayed { until: now };
        }
    }

    fn dispatch(&mut self, actions: &mut Vec<Action>) {
        if self.active.is_some() {
            return;
        }
        let Some((_, step)) = self.ready.pop_first() else {
            return;
        };
        if let Some(chain) = self.run_mut(step).blocked.take() {
            self.end(step, Outcome::Blocked(chain), actions);
            return self.dispatch(actions);
        }
        self.active = Some(step);
        if self.plan.task(step).task.needs_resources() {
            self.run_mut(step).state = TaskState::Reserving;
            actions.push(Action::Reserve(step));
        } else {
            self.start(step, actions);
        }
    }

    fn start(&mut self, step: Step, actions: &mut Vec<Action>) {
        let run = self.run_mut(step);
        run.state = TaskState::Running { deadline: None };
        let attempt = u32::try_from(run.attempts.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        actions.push(Action::Run { step, attempt });
    }

    /// The step is no longer the active one; `false` if it was not.
    fn leave_active(&mut self, step: Step) -> bool {
        let was_active = self.active == Some(step);
        if was_active {
            self.active = None;
        }
        was_active
    }

    pub(super) fn make_ready(&mut self, step: Step) {
        self.delayed.remove(&step);
        let run = self.run_mut(step);
        run.state = TaskState::Ready;
        let place = (run.rank, step);
        self.ready.insert(place);
    }

    pub(super) fn run(&self, step: Step) -> &TaskRun {
        &self.tasks[step.position()]
    }

    pub(super) fn run_mut(&mut self, step: Step) -> &mut TaskRun {
        &mut self.tasks[step.position()]
    }
}
