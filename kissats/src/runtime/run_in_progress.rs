//! A run that whoever waits for an outcome carries on itself.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crate::model::{Blocked, Outcome, Timestamp};
use crate::plan::{PlannedTask, Step};
use crate::runtime::Interrupts;
use crate::runtime::run::{Begins, Loop, Run, RunEnd, RunObserver};
use crate::runtime::said_wait::SaidWait;
use crate::runtime::summary::Summary;

/// A run without a thread of its own: it goes on while somebody waits for an outcome, and no further.
///
/// So a body starts only when everything before it has been shown: whatever a task prints comes after
/// the reports of the tasks before it, and the same run prints the same lines.
///
/// It is not locked while a body runs, so that it can be ended although the body hangs.
pub(crate) struct RunInProgress(Mutex<Option<Loop<Outcomes>>>);

/// What is left of a run that is over.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    /// Those that nobody has asked for.
    outcomes: Vec<Option<Outcome>>,
    /// Where those tasks were run that were not run here.
    places: BTreeMap<Step, String>,
    /// Those that passed after a retry, under the names that reports show.
    pub(crate) flaky: Vec<(String, Outcome)>,
    /// How long each task ran, in the order in which they ended; empty if nobody has asked.
    pub(crate) times: Vec<(String, Duration)>,
    pub(crate) summary: Summary,
    /// `None` if kissats itself broke.
    pub(crate) end: Option<RunEnd>,
}

impl RunInProgress {
    /// A run that `interrupts` are told to.
    pub(crate) fn new(run: Run<Outcomes>, interrupts: &Interrupts) -> Arc<Self> {
        let mut run = Loop::new(run);
        run.heed(interrupts);
        let run = Arc::new(Self(Mutex::new(Some(run))));
        interrupts.may_abandon(Arc::clone(&run));
        run
    }

    /// Goes on until `step` has its outcome, and hands it out; `None` if the run ended without one,
    /// which is a bug of kissats, or if somebody has it already.
    pub(crate) fn outcome(&self, step: Step) -> Option<Outcome> {
        let has_outcome = |run: &Loop<Outcomes>| run.observer.outcomes[step.position()].is_some();
        let mut run = self.go_on_until(has_outcome)?;
        run.as_mut()?.observer.outcomes[step.position()].take()
    }

    /// The name of the task of `step` as reports show it; empty if the run is gone.
    pub(crate) fn shown_name(&self, step: Step) -> String {
        let run = self.0.lock().ok();
        let name = |run: &Loop<Outcomes>| run.plan().task(step).shown_name();
        run.and_then(|run| run.as_ref().map(name))
            .unwrap_or_default()
    }

    /// Which process has run the task of `step`, if it was another one.
    pub(crate) fn place(&self, step: Step) -> Option<String> {
        let run = self.0.lock().ok()?;
        run.as_ref()?.place(step).map(str::to_owned)
    }

    /// What went wrong at the root of what blocks a task, if nobody has taken that outcome.
    pub(crate) fn why(&self, blocked: &Blocked) -> Option<String> {
        let run = self.0.lock().ok()?;
        let run = run.as_ref()?;
        let mut steps = run.plan().steps();
        let (root, _) = steps.find(|(_, task)| task.name == *blocked.root())?;
        let outcome = run.observer.outcomes[root.position()].as_ref()?;
        outcome.attempts().last().map(ToString::to_string)
    }

    /// The caller is the main worker until then.
    fn go_on_until(
        &self,
        is_there: impl Fn(&Loop<Outcomes>) -> bool,
    ) -> Option<MutexGuard<'_, Option<Loop<Outcomes>>>> {
        // A lock that is poisoned: the run broke while it was carried on.
        let mut guard = self.0.lock().ok()?;
        guard.as_mut()?.hear();
        loop {
            let run = guard.as_mut()?;
            if run.is_over() || (is_there(run) && !run.keeps_others_waiting()) {
                return Some(guard);
            }
            if let Some(job) = run.step() {
                drop(guard);
                let ended = job.run_here();
                guard = self.0.lock().ok()?;
                guard.as_mut()?.has_run(ended);
            }
        }
    }

    /// Goes on to the end. If nobody has seen the report, only teardowns still begin.
    pub(crate) fn finish(&self, was_seen: bool) -> Finished {
        if !was_seen {
            self.let_begin(Begins::Teardowns);
        }
        drop(self.go_on_until(|_| false));
        let (run, is_sound) = match self.0.lock() {
            Ok(mut run) => (run.take(), true),
            Err(broken) => (broken.into_inner().take(), false),
        };
        let Some(mut run) = run else {
            return Finished::default();
        };
        let outcomes = std::mem::take(&mut run.observer.outcomes);
        let flaky = std::mem::take(&mut run.observer.flaky);
        let times = run.observer.times.take().unwrap_or_default();
        let summary = run.observer.summary.clone();
        let places = run.places().clone();
        let end = run.end();
        Finished {
            outcomes,
            places,
            flaky,
            times,
            summary,
            end: is_sound.then_some(end),
        }
    }

    fn let_begin(&self, begins: Begins) {
        if let Ok(mut run) = self.0.lock()
            && let Some(run) = run.as_mut()
        {
            run.begins = begins;
        }
    }

    /// Ends a run that was interrupted twice, from another thread than the main worker's.
    ///
    /// If that is stuck in a body, everything that the run holds is given back, and `end_process` is
    /// called with words about what becomes of the tasks: it must not come back. Otherwise the main
    /// worker ends the run itself.
    pub(super) fn abandon(&self, end_process: impl FnOnce(&str)) {
        let Ok(mut guard) = self.0.lock() else {
            return;
        };
        let Some(run) = guard.as_mut() else { return };
        run.begins = Begins::None;
        if !run.is_at_work() {
            return;
        }
        while !run.is_over() {
            // The interrupts are in its mail: it waits for nothing, and nothing begins.
            drop(run.step());
        }
        let mut told = run.left_over();
        if let Some((name, output)) = run.unfinished_output() {
            let _ = write!(told, "\n---- {name} ----\n{output}");
        }
        // What it holds for all its tasks goes with it. The lock stays, so the main worker does too.
        *guard = None;
        end_process(&told);
    }
}

impl Loop<Outcomes> {
    /// What has an outcome that was not shown, in words.
    fn left_over(&self) -> String {
        let mut told = String::new();
        for (step, task) in self.plan().steps() {
            if let Some(outcome) = &self.observer.outcomes[step.position()] {
                let how = match outcome {
                    Outcome::Failed(attempts) => attempts
                        .last()
                        .and_then(|last| last.problem.as_ref())
                        .map_or_else(|| outcome.to_string(), ToString::to_string),
                    _ => outcome.to_string(),
                };
                let _ = writeln!(told, "    {} ... {how}", task.name);
            }
        }
        told
    }
}

impl Finished {
    /// Which process has run the task of `step`, if it was another one.
    pub(crate) fn place(&self, step: Step) -> Option<&str> {
        self.places.get(&step).map(String::as_str)
    }

    pub(crate) fn outcome(&self, step: Step) -> Option<&Outcome> {
        self.outcomes.get(step.position())?.as_ref()
    }
}

/// Keeps outcomes for those who wait for them, and says for what a task waits.
#[derive(Debug)]
pub(crate) struct Outcomes {
    /// Each until it is handed out: a report needs it once.
    outcomes: Vec<Option<Outcome>>,
    flaky: Vec<(String, Outcome)>,
    /// How long each task ran, if anybody wants to know.
    times: Option<Vec<(String, Duration)>>,
    summary: Summary,
    /// What was said last of a task that waits.
    said: HashMap<Step, SaidWait>,
}

impl Outcomes {
    pub(crate) fn new(steps: usize, wants_times: bool) -> Self {
        Self {
            outcomes: (0..steps).map(|_| None).collect(),
            flaky: Vec::new(),
            times: wants_times.then(Vec::new),
            summary: Summary::default(),
            said: HashMap::new(),
        }
    }
}

impl RunObserver for Outcomes {
    fn delayed(&mut self, task: &PlannedTask, step: Step, why: &str, until: Timestamp) {
        let said = self.said.entry(step).or_default();
        said.say(task.name.as_str(), why, until);
    }

    fn ended(&mut self, task: &PlannedTask, step: Step, outcome: Outcome) {
        self.summary.add(&outcome, task.task.est_task_time());
        if matches!(outcome, Outcome::Flaky(_)) {
            self.flaky.push((task.shown_name(), outcome.clone()));
        }
        let attempts = outcome.attempts();
        if let Some(times) = &mut self.times
            && !attempts.is_empty()
        {
            let time = attempts.iter().map(|attempt| attempt.run_time).sum();
            times.push((task.shown_name(), time));
        }
        self.outcomes[step.position()] = Some(outcome);
    }
}
