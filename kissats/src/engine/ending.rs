//! How a task ends: its attempts, its outcome, and what that means for those who waited for it.

use std::time::Duration;

use crate::engine::task_run::{Ended, TaskRun};
use crate::engine::task_state::TaskState;
use crate::engine::{Action, Engine};
use crate::model::{Blocked, Outcome, Phase, TaskResult, Timestamp, Verdict};
use crate::plan::Step;

impl Engine {
    /// One attempt is over: another one, or the outcome.
    pub(super) fn end_attempt(
        &mut self,
        now: Timestamp,
        step: Step,
        result: TaskResult,
        actions: &mut Vec<Action>,
    ) {
        let verdict = result.verdict().clone();
        let valid = self.policy.valid_results.contains(&verdict);
        let retries = self.plan.task(step).task.retries();
        let most = usize::try_from(retries.count).unwrap_or(usize::MAX);
        let run = self.run_mut(step);
        run.refused = None;
        // Nearly always the only one: no room for more.
        run.attempts.reserve_exact(1);
        run.attempts.push(result);
        let failed = run.attempts.len();
        if !valid && failed <= most && self.may_start(step) {
            self.turns.put_back(step);
            self.try_again(now, step, retries.wait_after(failed), actions);
            return;
        }
        let attempts = std::mem::take(&mut self.run_mut(step).attempts);
        let outcome = match verdict {
            _ if !valid => Outcome::Failed(attempts),
            Verdict::Skipped => Outcome::Skipped(attempts),
            _ if failed > 1 => Outcome::Flaky(attempts),
            _ => Outcome::Passed(attempts),
        };
        self.turns.ended(now, step);
        self.end(now, step, outcome, actions);
    }

    /// Another attempt: now, or when the task has waited long enough.
    fn try_again(&mut self, now: Timestamp, step: Step, wait: Duration, actions: &mut Vec<Action>) {
        if wait.is_zero() {
            self.make_ready(now, step);
            return;
        }
        let until = now + wait;
        self.run_mut(step).state = TaskState::Resting { until };
        self.delayed.insert(step);
        let failed = self.run(step).attempts.len();
        let why = format!("attempt {failed} has failed, the next begins in {wait:?}");
        actions.push(Action::Delay { step, why, until });
    }

    /// Whether the run still starts tasks of this one's phase.
    pub(super) fn may_start(&self, step: Step) -> bool {
        match self.plan.task(step).task.phase() {
            Phase::Teardown => self.interrupts < 2 && self.overruns < 2,
            Phase::Setup | Phase::Test => self.stopped.is_none(),
        }
    }

    pub(super) fn end(
        &mut self,
        now: Timestamp,
        step: Step,
        outcome: Outcome,
        actions: &mut Vec<Action>,
    ) {
        self.leave_queues(step);
        self.run_mut(step).state = TaskState::Ended;
        self.settle(now, step, outcome, actions);
    }

    /// The step has its outcome: tell it, and let those who waited for it go on.
    pub(super) fn settle(
        &mut self,
        now: Timestamp,
        step: Step,
        outcome: Outcome,
        actions: &mut Vec<Action>,
    ) {
        // A chain of blocked tasks may be as long as the plan: no recursion.
        let mut open = vec![(step, outcome)];
        let mut failed = None;
        while let Some((step, outcome)) = open.pop() {
            if outcome.is_failure() && failed.is_none() {
                failed = Some(step);
            }
            self.without_outcome -= 1;
            let mut freed = self.free_dependents(now, step, &outcome);
            if !freed.is_empty() {
                // The first in the plan is told first.
                freed.reverse();
                open.append(&mut freed);
            }
            let ended = if outcome.satisfies_dependents() {
                Ended::Well
            } else {
                Ended::Otherwise(self.block(step, &outcome))
            };
            self.run_mut(step).ended = Some(ended);
            actions.push(Action::Report { step, outcome });
            if let Some(lane) = self.turns.leave_lane(step) {
                actions.push(Action::LeaveLane(lane));
            }
        }
        if let Some(step) = failed {
            self.stop_after_failure(now, step, actions);
        }
    }

    /// What this outcome is to those that depend on the step.
    fn block(&self, step: Step, outcome: &Outcome) -> Blocked {
        let name = &self.plan.task(step).name;
        match self.place(step) {
            Some(place) => Blocked::for_reason(name, &format!("{outcome} in {place}")),
            None => Blocked::new(name, outcome),
        }
    }

    /// Lets go whoever waited for `step`; returns those that are blocked by it.
    pub(super) fn free_dependents(
        &mut self,
        now: Timestamp,
        step: Step,
        outcome: &Outcome,
    ) -> Vec<(Step, Outcome)> {
        let mut blocked = Vec::new();
        let dependents = std::mem::take(&mut self.run_mut(step).dependents);
        if dependents.is_empty() {
            return blocked;
        }
        for (dependent, must_succeed) in dependents {
            let TaskState::Waiting { open } = self.run(dependent).state else {
                continue;
            };
            if must_succeed && !outcome.satisfies_dependents() {
                let chain = self.block(step, outcome);
                self.run_mut(dependent).blocked.get_or_insert(chain);
            }
            // A blocked teardown keeps its place: it is told when its turn would have come.
            let keeps_its_place = self.plan.task(dependent).task.phase() == Phase::Teardown;
            match self.run(dependent).blocked.clone() {
                Some(chain) if !keeps_its_place => {
                    self.leave_queues(dependent);
                    self.run_mut(dependent).state = TaskState::Ended;
                    blocked.push((dependent, Outcome::Blocked(chain)));
                }
                _ if open == 1 => self.make_ready(now, dependent),
                _ => self.run_mut(dependent).state = TaskState::Waiting { open: open - 1 },
            }
        }
        blocked
    }

    pub(super) fn leave_queues(&mut self, step: Step) {
        let TaskRun { state, rank, .. } = *self.run(step);
        match state {
            TaskState::Ready | TaskState::Waiting { .. } => self.turns.withdraw(rank, step),
            TaskState::Delayed { .. } | TaskState::Resting { .. } => {
                self.delayed.remove(step);
                self.turns.withdraw(rank, step);
            }
            _ => {}
        }
    }

    pub(super) fn finish_if_done(&mut self, actions: &mut Vec<Action>) {
        if self.finished || self.without_outcome > 0 || !self.active.is_empty() {
            return;
        }
        for step in std::mem::take(&mut self.overdue).iter() {
            self.run_mut(step).state = TaskState::Ended;
            actions.push(Action::Release(step));
        }
        self.finished = true;
        actions.push(Action::Finish);
    }
}
