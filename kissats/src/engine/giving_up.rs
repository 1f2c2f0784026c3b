//! Bodies that are not allowed to end by themselves.

use std::time::Duration;

use crate::engine::task_state::TaskState;
use crate::engine::{Action, Engine};
use crate::model::{Outcome, Problem, ProblemKind, Stage, TaskResult, Timestamp, WorkerKind};
use crate::plan::Step;

impl Engine {
    /// A body that has run too long is ended. If it is on a thread, it can only be given up, and what it
    /// holds stays held, because it may be using it.
    pub(super) fn give_up_overdue(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.timed == 0 {
            return;
        }
        let is_overdue = |step: &Step| self.deadline(*step).is_some_and(|deadline| deadline <= now);
        let overdue: Vec<Step> = self.active.iter().copied().filter(is_overdue).collect();
        for step in overdue {
            self.time_out(now, step, actions);
        }
    }

    fn time_out(&mut self, now: Timestamp, step: Step, actions: &mut Vec<Action>) {
        let limit = self.plan.task(step).task.timeout().unwrap_or_default();
        if self.can_be_killed(step) {
            let problem = Problem::new(Stage::Main, ProblemKind::TimedOut(limit), "");
            self.kill(step, false, problem, limit, actions);
            return;
        }
        let mut message = "its thread was given up".to_owned();
        if self.plan.task(step).task.needs_resources() {
            message.push_str("; what it holds stays held until the thread or the run ends");
        }
        let problem = Problem::new(Stage::Main, ProblemKind::TimedOut(limit), message);
        self.leave_active(step);
        self.give_up(now, step, problem, limit, actions);
    }

    pub(super) fn give_up(
        &mut self,
        now: Timestamp,
        step: Step,
        problem: Problem,
        run_time: Duration,
        actions: &mut Vec<Action>,
    ) {
        self.overdue.insert(step);
        // No further attempt: the first may still be at work.
        self.run_mut(step)
            .attempts
            .push(TaskResult::broken(problem, run_time));
        self.run_mut(step).state = TaskState::Overdue;
        self.turns.ended(now, step);
        actions.push(Action::GiveUp(step));
        let attempts = std::mem::take(&mut self.run_mut(step).attempts);
        self.settle(now, step, Outcome::Failed(attempts), actions);
    }

    pub(super) fn can_be_killed(&self, step: Step) -> bool {
        self.turns.worker(step).0 == WorkerKind::Process
    }

    /// Ends the process of a step. It keeps what it holds, and has no outcome, until that is gone.
    pub(super) fn kill(
        &mut self,
        step: Step,
        at_once: bool,
        problem: Problem,
        run_time: Duration,
        actions: &mut Vec<Action>,
    ) {
        self.timed -= usize::from(self.deadline(step).is_some());
        let run = self.run_mut(step);
        run.state = TaskState::Dying;
        run.killed_for = Some(Box::new((problem, run_time)));
        actions.push(Action::Kill { step, at_once });
    }

    /// What a body came to that was not allowed to end by itself.
    pub(super) fn broken_by_force(&mut self, step: Step, result: TaskResult) -> TaskResult {
        let Some(killed) = self.run_mut(step).killed_for.take() else {
            return result;
        };
        let (mut problem, run_time) = *killed;
        if !problem.message.is_empty() {
            problem.message.push_str("; ");
        }
        problem.message.push_str("its process was ended");
        let mut broken = TaskResult::broken(problem, run_time);
        broken.output = result.output;
        broken
    }
}
