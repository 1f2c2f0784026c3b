//! How a run ends before its time: a failure that stops it, an interrupt.

use std::time::Duration;

use crate::engine::task_state::TaskState;
use crate::engine::{Action, Engine};
use crate::model::{Outcome, Phase, Problem, ProblemKind, Stage, StopCause, Timestamp};
use crate::plan::{PlannedTask, Step};

impl Engine {
    /// Once: start nothing new but the teardowns. Twice: give up what is running, and the teardowns.
    pub(super) fn on_interrupted(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.interrupts += 1;
        if self.interrupts == 1 {
            self.stop(now, StopCause::Interrupted, actions);
            return;
        }
        let problem = Problem::new(Stage::Main, ProblemKind::Interrupted, "");
        self.end_everything(now, &StopCause::Interrupted, &problem, actions);
    }

    /// When the run, or after that its teardowns, will have taken too long.
    pub(super) fn next_overrun(&self) -> Option<Timestamp> {
        let deadline = self.policy.deadline().filter(|_| !self.finished)?;
        match self.overruns {
            0 => Some(deadline),
            1 => Some(deadline + self.policy.teardown_grace),
            _ => None,
        }
    }

    /// At the end of the global time-out, gives up what is running, and starts nothing new but the
    /// teardowns. At the end of their grace, gives up those too.
    pub(super) fn end_when_time_is_up(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        while self.next_overrun().is_some_and(|at| at <= now) {
            self.overruns += 1;
            let limit = self.policy.global_timeout.unwrap_or_default();
            let cause = StopCause::TimedOut(limit);
            let mut message = "the global time-out of the run is over".to_owned();
            if self.overruns > 1 {
                let grace = self.policy.teardown_grace;
                message.push_str(&format!(", and so are {grace:?} for teardowns"));
                let problem = Problem::new(Stage::Main, ProblemKind::TimedOut(limit), message);
                self.end_everything(now, &cause, &problem, actions);
                return;
            }
            let problem = Problem::new(Stage::Main, ProblemKind::TimedOut(limit), message);
            self.stop(now, cause, actions);
            let is_running = |step: &Step| {
                let is_teardown = self.plan.task(*step).task.phase() == Phase::Teardown;
                matches!(self.run(*step).state, TaskState::Running { .. }) && !is_teardown
            };
            let running: Vec<Step> = self.active.iter().copied().filter(is_running).collect();
            for step in running {
                if self.can_be_killed(step) {
                    self.kill(step, false, problem.clone(), Duration::ZERO, actions);
                    continue;
                }
                self.leave_active(step);
                self.give_up(now, step, problem.clone(), Duration::ZERO, actions);
            }
        }
    }

    /// Starts nothing any more, and gives up all that is running.
    fn end_everything(
        &mut self,
        now: Timestamp,
        cause: &StopCause,
        problem: &Problem,
        actions: &mut Vec<Action>,
    ) {
        self.cancel(now, cause, |_, _| true, actions);
        for step in self.active.clone() {
            match self.run(step).state {
                TaskState::Running { .. } if self.can_be_killed(step) => {
                    self.kill(step, true, problem.clone(), Duration::ZERO, actions);
                }
                TaskState::Dying => actions.push(Action::Kill {
                    step,
                    at_once: true,
                }),
                TaskState::Running { .. } => {
                    self.leave_active(step);
                    self.give_up(now, step, problem.clone(), Duration::ZERO, actions);
                }
                _ => {
                    self.leave_active(step);
                    self.end_unstarted(now, step, actions);
                }
            }
        }
    }

    pub(super) fn stop_after_failure(
        &mut self,
        now: Timestamp,
        step: Step,
        actions: &mut Vec<Action>,
    ) {
        let task = self.plan.task(step);
        let cause = if task.task.stop_suite_on_fail() {
            StopCause::StoppedBy(task.name.clone())
        } else if self.policy.fail_fast {
            StopCause::FailFast(task.name.clone())
        } else {
            return;
        };
        self.stop(now, cause, actions);
    }

    /// What was to start now is not started, and neither is anything else.
    pub(super) fn on_stopped_elsewhere(
        &mut self,
        now: Timestamp,
        step: Step,
        cause: StopCause,
        actions: &mut Vec<Action>,
    ) {
        if self.run(step).state != TaskState::Claiming {
            return;
        }
        self.leave_active(step);
        self.stop(now, cause, actions);
        self.end_unstarted(now, step, actions);
    }

    /// Nothing new is started but the teardowns.
    pub(super) fn stop(&mut self, now: Timestamp, cause: StopCause, actions: &mut Vec<Action>) {
        if self.stopped.is_some() {
            return;
        }
        self.cancel(
            now,
            &cause,
            |_, task| task.task.phase() != Phase::Teardown,
            actions,
        );
        self.stopped = Some(cause);
    }

    /// Takes what has not started out of the run.
    pub(super) fn cancel(
        &mut self,
        now: Timestamp,
        cause: &StopCause,
        which: impl Fn(Step, &PlannedTask) -> bool,
        actions: &mut Vec<Action>,
    ) {
        let waits = |(step, task): &(Step, &PlannedTask)| {
            self.run(*step).state.has_not_started() && which(*step, task)
        };
        let steps: Vec<Step> = self
            .plan
            .steps()
            .filter(waits)
            .map(|(step, _)| step)
            .collect();
        // All of them first, so that none is said to be blocked by another that was not run either.
        for step in &steps {
            self.leave_queues(*step);
            self.run_mut(*step).state = TaskState::Ended;
        }
        for step in steps {
            let outcome = self.outcome_of_unstarted(step, cause);
            self.settle(now, step, outcome, actions);
        }
    }

    pub(super) fn end_unstarted(&mut self, now: Timestamp, step: Step, actions: &mut Vec<Action>) {
        self.turns.ended(step);
        let cause = self.stopped.clone().unwrap_or(StopCause::Interrupted);
        let outcome = self.outcome_of_unstarted(step, &cause);
        self.end(now, step, outcome, actions);
    }

    /// A task that has failed an attempt and waits for the next has failed.
    pub(super) fn outcome_of_unstarted(&mut self, step: Step, cause: &StopCause) -> Outcome {
        match std::mem::take(&mut self.run_mut(step).attempts) {
            none if none.is_empty() => Outcome::NotRun(cause.clone()),
            attempts => Outcome::Failed(attempts),
        }
    }
}
