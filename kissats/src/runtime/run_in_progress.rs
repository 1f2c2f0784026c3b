//! A run that whoever waits for an outcome carries on itself.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::model::{Outcome, Timestamp};
use crate::plan::{PlannedTask, Step};
use crate::runtime::run::{Loop, Run, RunEnd, RunObserver};
use crate::runtime::summary::Summary;
use crate::runtime::{Interrupts, say};

/// A run without a thread of its own: it goes on while somebody waits for an outcome, and no further.
///
/// So a body starts only when everything before it has been shown: whatever a task prints comes after
/// the reports of the tasks before it, and the same run prints the same lines.
pub(crate) struct RunInProgress(Mutex<Option<Loop<Outcomes>>>);

/// What is left of a run that is over.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    /// Those that nobody has asked for.
    outcomes: Vec<Option<Outcome>>,
    pub(crate) summary: Summary,
    /// `None` if kissats itself broke.
    pub(crate) end: Option<RunEnd>,
}

impl RunInProgress {
    pub(crate) fn new(run: Run<Outcomes>, interrupts: &Interrupts) -> Self {
        let run = Loop::new(run);
        run.heed(interrupts);
        Self(Mutex::new(Some(run)))
    }

    /// Goes on until `step` has its outcome, and hands it out; `None` if the run ended without one,
    /// which is a bug of kissats, or if somebody has it already.
    pub(crate) fn outcome(&self, step: Step) -> Option<Outcome> {
        // A lock that is poisoned: the run broke while it was carried on.
        let mut guard = self.0.lock().ok()?;
        let run = guard.as_mut()?;
        while run.observer.outcomes[step.position()].is_none() && !run.is_over() {
            run.step();
        }
        run.observer.outcomes[step.position()].take()
    }

    /// Goes on to the end. If nobody has seen the report, only teardowns still begin.
    pub(crate) fn finish(&self, was_seen: bool) -> Finished {
        let (run, is_sound) = match self.0.lock() {
            Ok(mut run) => (run.take(), true),
            Err(broken) => (broken.into_inner().take(), false),
        };
        let Some(mut run) = run else {
            return Finished::default();
        };
        if is_sound {
            run.is_unseen = !was_seen;
            run.go_on();
        }
        let outcomes = std::mem::take(&mut run.observer.outcomes);
        let summary = run.observer.summary.clone();
        let end = run.end();
        Finished {
            outcomes,
            summary,
            end: is_sound.then_some(end),
        }
    }
}

impl Finished {
    pub(crate) fn outcome(&self, step: Step) -> Option<&Outcome> {
        self.outcomes.get(step.position())?.as_ref()
    }
}

/// Keeps outcomes for those who wait for them, and says for what a task waits.
#[derive(Debug)]
pub(crate) struct Outcomes {
    /// Each until it is handed out: a report needs it once.
    outcomes: Vec<Option<Outcome>>,
    summary: Summary,
    /// What was said last of a task that waits.
    said: HashMap<Step, String>,
}

impl Outcomes {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            outcomes: (0..steps).map(|_| None).collect(),
            summary: Summary::default(),
            said: HashMap::new(),
        }
    }
}

impl RunObserver for Outcomes {
    fn delayed(&mut self, task: &PlannedTask, step: Step, why: &str, _: Timestamp) {
        if self.said.get(&step).is_none_or(|said| said != why) {
            say(&format!("{} waits: {why}", task.name));
            self.said.insert(step, why.to_owned());
        }
    }

    fn ended(&mut self, task: &PlannedTask, step: Step, outcome: Outcome) {
        self.summary.add(&outcome, task.task.est_task_time());
        self.outcomes[step.position()] = Some(outcome);
    }
}
