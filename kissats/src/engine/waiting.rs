//! Tasks that wait for what others hold, or for what others do.

use std::time::Duration;

use crate::engine::task_run::Refused;
use crate::engine::task_state::TaskState;
use crate::engine::{Action, Engine};
use crate::model::{Problem, ProblemKind, Stage, TaskResult, Timestamp};
use crate::plan::Step;

/// The least time between two questions for what others hold.
const A_MOMENT: Duration = Duration::from_millis(1);

/// How long another process was waited for, to the pause before the next look at it.
const WAITED_TO_PAUSE: u32 = 8;

/// How long one waits who says nothing of it, for what a body has that was given up: that may never end.
const A_MINUTE: Duration = Duration::from_secs(60);

impl Engine {
    /// No patience here: the other process will end, and be it by being killed.
    pub(super) fn on_elsewhere(
        &mut self,
        now: Timestamp,
        step: Step,
        why: String,
        actions: &mut Vec<Action>,
    ) {
        if self.run(step).state != TaskState::Claiming {
            return;
        }
        self.leave_active(step);
        if !self.may_start(step) {
            self.end_unstarted(now, step, actions);
            return;
        }
        // Whoever has waited for long does not notice a little more.
        let since = match self.elsewhere.get(step) {
            Some(since) => *since,
            None => {
                self.elsewhere.insert(step, now);
                now
            }
        };
        let pause = now.since(since) / WAITED_TO_PAUSE;
        let (shortest, longest) = (self.policy.look_again_after, self.policy.look_again_at_most);
        let until = now + pause.clamp(shortest, longest);
        self.delay(step, why, until, actions);
    }

    fn delay(&mut self, step: Step, why: String, until: Timestamp, actions: &mut Vec<Action>) {
        self.run_mut(step).state = TaskState::Delayed { until };
        self.turns.put_back(step);
        self.delayed.insert(step);
        actions.push(Action::Delay { step, why, until });
    }

    pub(super) fn on_unavailable(
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
            self.end_unstarted(now, step, actions);
            return;
        }
        let patience = self.patience(step);
        let ask_again = now + self.policy.ask_again_after;
        let run = self.run_mut(step);
        let refused = run.refused.get_or_insert_with(|| {
            Box::new(Refused {
                since: now,
                why: String::new(),
            })
        });
        refused.why = why;
        let since = refused.since;
        if let Some(patience) = patience.filter(|patience| now >= since + *patience) {
            let message = format!(
                "waited {patience:?} (max_resource_wait), and {}",
                refused.why
            );
            let problem = Problem::new(Stage::Resources, ProblemKind::Unmet, message);
            self.end_attempt(
                now,
                step,
                TaskResult::broken(problem, Duration::ZERO),
                actions,
            );
            return;
        }
        // It may have become free since; never a busy loop, whatever the owner says of the time.
        let until = available_at.map_or(ask_again, |when| when.max(now + A_MOMENT));
        let until = patience.map_or(until, |patience| until.min(since + patience));
        let why = refused.why.clone();
        self.delay(step, why, until, actions);
    }

    /// How long the step waits for resources; `None` for as long as others hold them. Those others are alive,
    /// and end or are ended by somebody; what died holds nothing.
    fn patience(&self, step: Step) -> Option<Duration> {
        let task = &self.plan.task(step).task;
        let written = task.max_resource_wait();
        if written.is_some() || self.overdue.is_empty() {
            return written;
        }
        let needs = task.needs();
        let conflicts = |hung: Step| {
            let theirs = self.plan.task(hung).task.needs();
            let mut theirs = theirs.iter();
            theirs.any(|theirs| needs.iter().any(|need| need.conflicts_with(theirs)))
        };
        self.overdue.iter().any(conflicts).then_some(A_MINUTE)
    }

    pub(super) fn wake_delayed(&mut self, now: Timestamp) {
        if self.delayed.is_empty() {
            return;
        }
        let due = |step: Step| match self.run(step).state {
            TaskState::Delayed { until } if until <= now => Some((until, step)),
            _ => None,
        };
        self.wake(now, self.delayed.iter().filter_map(due).collect());
        let rested = |step: &Step| matches!(self.run(*step).state, TaskState::Resting { until } if until <= now);
        let rested: Vec<Step> = self.delayed.iter().filter(rested).collect();
        for step in rested {
            self.make_ready(now, step);
        }
    }

    /// Something was released: whoever waits for a resource asks again.
    pub(super) fn ask_again(&mut self, now: Timestamp) {
        let waits = |step: Step| match self.run(step).state {
            TaskState::Delayed { until } => Some((until, step)),
            _ => None,
        };
        self.wake(now, self.delayed.iter().filter_map(waits).collect());
    }

    /// The first is the one whose time comes first: what is set aside for it is not kept for ever.
    fn wake(&mut self, now: Timestamp, mut delayed: Vec<(Timestamp, Step)>) {
        delayed.sort_by_key(|(until, step)| (*until, self.run(*step).rank));
        for (_, step) in delayed {
            self.run_mut(step).state = TaskState::Ready;
            self.turns.due(now, step);
        }
        let tasks = &self.tasks;
        self.delayed
            .retain(|step| tasks[step.position()].state != TaskState::Ready);
    }
}
