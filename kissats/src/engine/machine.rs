//! The one place where the state of a run changes.

use std::time::Duration;

use crate::engine::steps::Steps;
use crate::engine::task_run::{Ended, TaskRun};
use crate::engine::task_state::TaskState;
use crate::engine::turns::Turns;
use crate::engine::{Action, Event, ExpectedRun, Policy};
use crate::model::{Outcome, StopCause, TaskResult, Timestamp};
use crate::plan::{ByStep, PlannedTask, RunPlan, Step};

/// A run: fed with events, it answers with actions.
///
/// Runs one task at a time, always the first of the plan that is ready; or, where the run mode and the
/// tasks allow it, as many as there are workers and resources for.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(super) plan: RunPlan,
    pub(super) policy: Policy,
    pub(super) tasks: Vec<TaskRun>,
    /// Which of those in the state `Ready` are next.
    pub(super) turns: Turns,
    /// Everything in the states `Delayed` and `Resting`.
    pub(super) delayed: Steps,
    /// Everything in the states `Claiming`, `Reserving`, `Running` and `Dying`.
    pub(super) active: Vec<Step>,
    /// How many of them have a deadline. Most runs have none, and need not look for one.
    pub(super) timed: usize,
    /// Everything in the state `Overdue`.
    pub(super) overdue: Steps,
    /// Where the tasks were run that were not run here.
    pub(super) places: ByStep<String>,
    /// Since when those wait that another process is at.
    pub(super) elsewhere: ByStep<Timestamp>,
    pub(super) without_outcome: usize,
    pub(super) stopped: Option<StopCause>,
    pub(super) interrupts: u32,
    /// Once: the run has taken too long. Twice: so have its teardowns.
    pub(super) overruns: u32,
    pub(super) finished: bool,
}

impl Engine {
    pub(crate) fn new(plan: RunPlan, policy: Policy) -> Self {
        let steps = plan.len();
        let mut engine = Self {
            tasks: Vec::with_capacity(steps),
            turns: Turns::new(&plan, &policy),
            plan,
            policy,
            delayed: Steps::default(),
            active: Vec::new(),
            timed: 0,
            overdue: Steps::default(),
            places: ByStep::new(),
            elsewhere: ByStep::new(),
            without_outcome: 0,
            stopped: None,
            interrupts: 0,
            overruns: 0,
            finished: false,
        };
        let ready = (0..steps).map(Step::new).filter(|step| engine.admit(*step));
        let ready: Vec<Step> = ready.collect();
        engine.turns.begin(ready.into_iter());
        engine
    }

    /// The tasks of the run, those that were added included.
    pub(crate) fn plan(&self) -> &RunPlan {
        &self.plan
    }

    pub(crate) fn into_plan(self) -> RunPlan {
        self.plan
    }

    /// A mistake in the dispatcher, if there is one.
    #[cfg(test)]
    pub(super) fn plant(&mut self, mistake: crate::schedule::Mistake) {
        self.turns.plant(mistake);
    }

    /// From now on, what comes back within so long is waited for.
    #[cfg(test)]
    pub(super) fn set_moment(&mut self, moment: Duration) {
        self.turns.set_moment(moment);
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
            killed_for: None,
        });
        self.without_outcome += 1;
        open == 0
    }

    /// Where a task was run that was not run here.
    pub(crate) fn place(&self, step: Step) -> Option<&str> {
        self.places.get(step).map(String::as_str)
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

    /// Whether the run took longer than it may.
    pub(crate) fn has_timed_out(&self) -> bool {
        self.overruns > 0
    }

    /// Whether the step has failed an attempt and another one comes.
    pub(crate) fn is_tried_again(&self, step: Step) -> bool {
        !self.run(step).attempts.is_empty()
    }

    /// When a `Tick` is due, if nothing happens before.
    pub(crate) fn next_wakeup(&self) -> Option<Timestamp> {
        let timed = if self.timed == 0 {
            &[]
        } else {
            &self.active[..]
        };
        let deadlines = timed.iter().filter_map(|step| self.deadline(*step));
        let delays = self
            .delayed
            .iter()
            .filter_map(|step| match self.run(step).state {
                TaskState::Delayed { until } | TaskState::Resting { until } => Some(until),
                _ => None,
            });
        // Where one task runs at a time, what is delayed has its turn only when nothing is active.
        let has_turn = self.turns.is_parallel() || self.active.is_empty();
        let ask_again = if has_turn { delays.min() } else { None };
        let next_turn = self.turns.ask_again();
        let deadlines = deadlines.chain(self.next_overrun());
        deadlines.chain(ask_again).chain(next_turn).min()
    }

    pub(super) fn deadline(&self, step: Step) -> Option<Timestamp> {
        match self.run(step).state {
            TaskState::Running { deadline } => deadline,
            _ => None,
        }
    }

    /// Whether tasks may run beside each other.
    pub(crate) fn is_parallel(&self) -> bool {
        self.turns.is_parallel()
    }

    /// What planning says about the run, where tasks run beside each other and planning is worth it.
    pub(crate) fn expected(&self) -> Option<&ExpectedRun> {
        self.turns.expected()
    }

    /// Whether whoever has nothing to do should [`replan`](Self::replan).
    pub(crate) fn may_replan(&self, now: Timestamp) -> bool {
        self.turns.may_replan(now)
    }

    /// For whoever has nothing to do until something happens: looks for a better order of what has not
    /// started, for a moment. `false` if there is nothing to look for. No action comes of it: nothing starts
    /// earlier, only others do later.
    pub(crate) fn replan(&mut self, now: Timestamp) -> bool {
        self.turns.replan(now)
    }

    /// How often tasks were looked at to find those that can start.
    pub(super) fn examined(&self) -> u64 {
        self.turns.examined()
    }

    /// Takes in what happened and says what to do about it.
    pub(crate) fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        self.turns.changed();
        match event {
            Event::Started | Event::Tick => {}
            Event::Claimed(step) => self.on_claimed(now, step, &mut actions),
            Event::Recorded {
                step,
                outcome,
                place,
            } => self.on_recorded(now, step, *outcome, place, &mut actions),
            Event::Elsewhere { step, why } => self.on_elsewhere(now, step, why, &mut actions),
            Event::StoppedElsewhere { step, task, place } => {
                let cause = StopCause::StoppedElsewhere { task, place };
                self.on_stopped_elsewhere(now, step, cause, &mut actions);
            }
            Event::Reserved(step) => self.on_reserved(now, step, &mut actions),
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
                    let result = TaskResult::broken(problem, Duration::ZERO);
                    self.end_attempt(now, step, result, &mut actions);
                }
            }
            Event::Ended { step, result } => self.on_ended(now, step, *result, &mut actions),
            Event::Added { tasks, order } => self.on_added(now, tasks, &order, &mut actions),
            Event::Interrupted => self.on_interrupted(now, &mut actions),
        }
        self.give_up_overdue(now, &mut actions);
        self.end_when_time_is_up(now, &mut actions);
        self.wake_delayed(now);
        self.dispatch(now, &mut actions);
        self.finish_if_done(&mut actions);
        actions
    }

    fn on_claimed(&mut self, now: Timestamp, step: Step, actions: &mut Vec<Action>) {
        self.elsewhere.remove(step);
        match self.run(step).state {
            TaskState::Claiming if self.may_start(step) => self.reserve_or_start(step, actions),
            // The answer came after the run was stopped.
            TaskState::Claiming => {
                self.leave_active(step);
                self.end_unstarted(now, step, actions);
            }
            _ => {}
        }
    }

    /// What another process found out is the outcome, whatever has become of this run.
    fn on_recorded(
        &mut self,
        now: Timestamp,
        step: Step,
        outcome: Outcome,
        place: String,
        actions: &mut Vec<Action>,
    ) {
        if self.run(step).state != TaskState::Claiming {
            return;
        }
        self.leave_active(step);
        self.turns.ended(now, step);
        self.places.insert(step, place);
        self.end(now, step, outcome, actions);
    }

    fn on_reserved(&mut self, now: Timestamp, step: Step, actions: &mut Vec<Action>) {
        match self.run(step).state {
            TaskState::Reserving if self.may_start(step) => self.start(step, actions),
            // The answer came after the run was stopped.
            TaskState::Reserving => {
                self.leave_active(step);
                actions.push(Action::Release(step));
                self.end_unstarted(now, step, actions);
            }
            _ => actions.push(Action::Release(step)),
        }
    }

    /// The time-out counts from here: waiting for a place to write to is not running either.
    fn on_body_started(&mut self, now: Timestamp, step: Step) {
        let limit = self.plan.task(step).task.timeout();
        if let TaskState::Running { deadline } = &mut self.run_mut(step).state {
            let had_none = deadline.is_none();
            *deadline = limit.map(|limit| now + limit);
            self.timed += usize::from(had_none && limit.is_some());
        }
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
                self.leave_active(step);
                actions.push(Action::Release(step));
                self.end_attempt(now, step, result, actions);
                self.ask_again(now);
            }
            TaskState::Dying => {
                self.leave_active(step);
                actions.push(Action::Release(step));
                let broken = self.broken_by_force(step, result);
                self.end_attempt(now, step, broken, actions);
                self.ask_again(now);
            }
            TaskState::Overdue => {
                self.overdue.remove(step);
                self.run_mut(step).state = TaskState::Ended;
                actions.push(Action::Release(step));
                self.ask_again(now);
            }
            _ => {}
        }
    }

    /// More tasks, and the order in which all that has not started is to run from now on.
    fn on_added(
        &mut self,
        now: Timestamp,
        tasks: Vec<PlannedTask>,
        order: &[Step],
        actions: &mut Vec<Action>,
    ) {
        let mut added = Vec::with_capacity(tasks.len());
        for task in tasks {
            let step = self.plan.push(task);
            self.turns.admit(self.plan.task(step), &self.policy);
            if self.admit(step) {
                self.turns.ready(now, step.position(), step);
            }
            added.push(step);
        }
        for (rank, step) in order.iter().enumerate() {
            let run = &mut self.tasks[step.position()];
            self.turns.move_to(run.rank, rank, *step);
            run.rank = rank;
        }
        if let Some(cause) = self.stopped.clone() {
            let may_start = |engine: &Self, step: &Step| engine.may_start(*step);
            let mut late = added;
            late.retain(|step| !may_start(self, step));
            let is_late = |step: Step, _: &PlannedTask| late.binary_search(&step).is_ok();
            self.cancel(now, &cause, is_late, actions);
        }
    }

    fn dispatch(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        while let Some(step) = self.turns.next(now) {
            if let Some(chain) = self.run_mut(step).blocked.take() {
                self.turns.ended(now, step);
                self.end(now, step, Outcome::Blocked(chain), actions);
                continue;
            }
            self.active.push(step);
            if self.policy.is_shared {
                self.run_mut(step).state = TaskState::Claiming;
                actions.push(Action::Claim(step));
            } else {
                self.reserve_or_start(step, actions);
            }
        }
    }

    fn reserve_or_start(&mut self, step: Step, actions: &mut Vec<Action>) {
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
        let (on, lane) = self.turns.worker(step);
        actions.push(Action::Run {
            step,
            attempt,
            on,
            lane,
        });
    }

    /// The step is no longer active; `false` if it was not.
    pub(super) fn leave_active(&mut self, step: Step) -> bool {
        let place = self.active.iter().position(|active| *active == step);
        if let Some(place) = place {
            self.timed -= usize::from(self.deadline(step).is_some());
            self.active.remove(place);
        }
        place.is_some()
    }

    pub(super) fn make_ready(&mut self, now: Timestamp, step: Step) {
        self.delayed.remove(step);
        let run = self.run_mut(step);
        run.state = TaskState::Ready;
        let rank = run.rank;
        self.turns.ready(now, rank, step);
    }

    pub(super) fn run(&self, step: Step) -> &TaskRun {
        &self.tasks[step.position()]
    }

    pub(super) fn run_mut(&mut self, step: Step) -> &mut TaskRun {
        &mut self.tasks[step.position()]
    }
}
