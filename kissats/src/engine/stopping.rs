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
        self.cancel(now, &StopCause::Interrupted, |_, _| true, actions);
        for step in std::mem::take(&mut self.active) {
            match self.run(step).state {
                TaskState::Running { .. } if self.can_be_killed(step) => {
                    self.active.push(step);
                    self.kill(step, false, actions);
                }
                TaskState::Dying { .. } => {
                    self.active.push(step);
                    actions.push(Action::Kill {
                        step,
                        at_once: true,
                    });
                }
                TaskState::Running { .. } => {
                    let problem = Problem::new(Stage::Main, ProblemKind::Interrupted, "");
                    self.give_up(now, step, problem, Duration::ZERO, actions);
                }
                _ => self.end_unstarted(now, step, actions),
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
