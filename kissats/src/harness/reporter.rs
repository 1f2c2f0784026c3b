//! Whoever follows a run and prints its report.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;

use crate::harness::failure_text::{failure_text, stderr_line};
use crate::harness::remarks::Remarks;
use crate::harness::settings::Settings;
use crate::harness::successes::Successes;
use crate::model::{Blocked, Clock, OnBlocked, Outcome, TaskName, Timestamp};
use crate::plan::{RunPlan, Step};
use crate::report::{Printer, Shown, width};
use crate::runtime::{Capture, RunObserver, SaidWait, say, say_apart, stderr, stdout};

/// What reports are written to.
pub(super) type Out = Box<dyn Write + Send>;

/// Prints in the order of the plan what is known, and then which task is next. Nobody waits for that: it is
/// told of outcomes, in whatever order they come.
pub(super) struct Reporter {
    printer: Printer<Out>,
    capture: Capture,
    on_blocked: OnBlocked,
    clock: Arc<dyn Clock>,
    began: Timestamp,
    /// Those that are not meant to run: they come last.
    ignored: Vec<(String, Shown)>,
    filtered_out: usize,
    /// The place in the plan of the task that is shown next, and its name.
    next: usize,
    name: String,
    /// The outcomes that are not shown: of later tasks, and of those that nobody has selected.
    pub(super) kept: BTreeMap<Step, Kept>,
    is_given_up: bool,
    pub(super) successes: Successes,
    pub(super) remarks: Remarks,
    /// What was said last of a task that waits.
    said: HashMap<Step, SaidWait>,
}

/// An outcome that is not shown.
#[derive(Debug)]
pub(super) struct Kept {
    name: TaskName,
    pub(super) outcome: Outcome,
    /// Which process has run the task, if it was another one.
    pub(super) place: Option<String>,
}

impl Reporter {
    pub(super) fn new(
        printer: Printer<Out>,
        settings: &Settings,
        clock: Arc<dyn Clock>,
        ignored: Vec<(String, Shown)>,
        filtered_out: usize,
    ) -> Self {
        Self {
            printer,
            capture: settings.capture,
            on_blocked: settings.on_blocked,
            began: clock.now(),
            clock,
            ignored,
            filtered_out,
            next: 0,
            name: String::new(),
            kept: BTreeMap::new(),
            is_given_up: false,
            successes: Successes::new(settings.show_output),
            remarks: Remarks::new(settings.report_time, settings.summary.value),
            said: HashMap::new(),
        }
    }

    /// Whether all of the report was written, and nothing in it failed.
    pub(super) fn is_well(&self) -> bool {
        self.printer.broken().is_none() && !self.printer.has_failed()
    }

    /// The run is over.
    pub(super) fn conclude(&mut self, plan: &RunPlan) {
        while self.next < plan.len() {
            let why = "kissats broke before the task had an outcome; see stderr";
            self.printer.end(&self.name, Shown::Failed(why.to_owned()));
            self.next += 1;
            self.go_on(plan);
        }
        self.printer.flush();
        if let Some(error) = self.printer.broken() {
            say(&format!("the report could not be written: {error}"));
        }
    }

    /// Shows all that comes next and is known, and then what comes next.
    fn go_on(&mut self, plan: &RunPlan) {
        while self.next < plan.len() {
            let step = Step::new(self.next);
            let task = plan.task(step);
            if !task.selected {
                self.next += 1;
                continue;
            }
            self.name.clear();
            task.show_name(&mut self.name);
            self.printer.start(&self.name);
            let Some(kept) = self.kept.remove(&step) else {
                return;
            };
            self.show(&kept.outcome, kept.place.as_deref());
        }
        for (name, shown) in std::mem::take(&mut self.ignored) {
            self.printer.start(&name);
            self.printer.end(&name, shown);
        }
        let took = self.clock.now().since(self.began);
        self.printer.conclude(self.filtered_out, took);
    }

    /// The outcome of the task that is next.
    fn show(&mut self, outcome: &Outcome, place: Option<&str>) {
        if let Some(place) = place {
            self.show_again(place, outcome);
        }
        let shown = match self.why_it_did_not_run(outcome) {
            Some(why) => {
                if self.capture == Capture::Nothing {
                    self.say_apart(&format!("Error: {why}"));
                }
                Shown::Failed(why)
            }
            None => {
                if self.capture == Capture::Nothing
                    && let Some(line) = stderr_line(&self.name, outcome)
                {
                    self.say_apart(&line);
                }
                self.successes.add(|| self.name.clone(), outcome);
                shown(outcome)
            }
        };
        self.printer.end(&self.name, shown);
        self.next += 1;
    }

    /// Says something on stderr, behind what is reported until now. Another task may be at work, and what is
    /// written to stderr may be kept for it.
    fn say_apart(&mut self, line: &str) {
        self.printer.flush();
        say_apart(line);
    }

    /// Why a task has failed that did not run, if that is how it is to be shown.
    fn why_it_did_not_run(&self, outcome: &Outcome) -> Option<String> {
        match outcome {
            _ if self.on_blocked == OnBlocked::Ignore => None,
            Outcome::Blocked(blocked) => Some(match self.why(blocked) {
                Some(why) => format!("{blocked}: {why}"),
                None => blocked.to_string(),
            }),
            Outcome::NotRun(_) => Some(outcome.to_string()),
            _ => None,
        }
    }

    /// What went wrong at the root of what blocks a task, if that was not shown.
    fn why(&self, blocked: &Blocked) -> Option<String> {
        let mut kept = self.kept.values();
        let root = kept.find(|kept| kept.name == *blocked.root())?;
        root.outcome.attempts().last().map(ToString::to_string)
    }

    /// What a task wrote in the process that ran it, where that would have been seen as it came.
    fn show_again(&mut self, place: &str, outcome: &Outcome) {
        let Some(last) = outcome.attempts().last() else {
            return;
        };
        self.printer.flush();
        if let Some(output) = last
            .output
            .as_ref()
            .filter(|_| self.capture == Capture::Nothing)
        {
            let _ = stdout().write_all(output.stdout.as_bytes());
            let _ = stderr().write_all(output.stderr.as_bytes());
        }
        say(&format!("it ran in {place} and took {:?}", last.run_time));
    }
}

/// How the outcome of a task is shown that has run, or was not meant to.
fn shown(outcome: &Outcome) -> Shown {
    match outcome {
        Outcome::Passed(_) | Outcome::Flaky(_) => Shown::Passed,
        Outcome::Failed(attempts) => Shown::Failed(failure_text(attempts)),
        Outcome::Skipped(attempts) => {
            let message = attempts.last().map(|last| last.answer.message.as_str());
            match message.unwrap_or_default() {
                "" => Shown::ignored_for("the task skipped itself"),
                message => Shown::ignored_for(message),
            }
        }
        Outcome::Blocked(_) | Outcome::NotRun(_) | Outcome::Ignored(_) => {
            Shown::ignored_for(&outcome.to_string())
        }
    }
}

impl RunObserver for Reporter {
    fn begins(&mut self, plan: &RunPlan) {
        let (mut count, mut widest) = (0, 0);
        let mut name = String::new();
        for (_, task) in plan.steps().filter(|(_, task)| task.selected) {
            count += 1;
            name.clear();
            task.show_name(&mut name);
            widest = widest.max(width(&name));
        }
        for (name, _) in &self.ignored {
            count += 1;
            widest = widest.max(width(name));
        }
        self.began = self.clock.now();
        self.printer.begin(count, widest);
        self.go_on(plan);
        self.printer.flush();
    }

    fn delayed(&mut self, plan: &RunPlan, step: Step, why: &str, until: Timestamp) {
        let said = self.said.entry(step).or_default();
        said.say(plan.task(step).name.as_str(), why, until);
    }

    fn ended(&mut self, plan: &RunPlan, step: Step, outcome: Outcome, place: Option<&str>) {
        let task = plan.task(step);
        self.remarks.add(task, &outcome);
        if step.position() == self.next && !self.is_given_up {
            self.show(&outcome, place);
            self.go_on(plan);
            self.printer.flush();
        } else {
            let kept = Kept {
                name: task.name.clone(),
                outcome,
                place: place.map(str::to_owned),
            };
            self.kept.insert(step, kept);
        }
    }

    fn is_heard(&self) -> bool {
        self.printer.broken().is_none()
    }

    fn given_up(&mut self) {
        self.is_given_up = true;
    }

    fn untold(&self) -> String {
        let mut told = String::new();
        for Kept { name, outcome, .. } in self.kept.values() {
            let how = match outcome {
                Outcome::Failed(attempts) => attempts
                    .last()
                    .and_then(|last| last.problem.as_ref())
                    .map_or_else(|| outcome.to_string(), ToString::to_string),
                _ => outcome.to_string(),
            };
            let _ = writeln!(told, "    {name} ... {how}");
        }
        told
    }
}
