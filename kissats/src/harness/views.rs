//! What a trial shows of the outcome of its task.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Completion, Failed};

use crate::harness::failure_text::{failure_text, output_text, stderr_line};
use crate::model::{OnBlocked, Outcome};
use crate::plan::Step;
use crate::runtime::{Capture, RunInProgress, say};

/// All views of a run.
pub(super) struct Views {
    run: Arc<RunInProgress>,
    capture: Capture,
    show_output: bool,
    on_blocked: OnBlocked,
    /// What those wrote that did not fail, with their names; `libtest-mimic` has no place for it.
    successes: Mutex<Vec<(String, String)>>,
}

impl Views {
    pub(super) fn new(
        run: Arc<RunInProgress>,
        capture: Capture,
        show_output: bool,
        on_blocked: OnBlocked,
    ) -> Self {
        Self {
            run,
            capture,
            show_output,
            on_blocked,
            successes: Mutex::default(),
        }
    }

    /// Waits for the outcome of a task. The name is put together when it is needed, so that nothing is
    /// kept of a task that passes.
    pub(super) fn view(&self, step: Step) -> Result<Completion, Failed> {
        let Some(outcome) = self.run.outcome(step) else {
            return Err("kissats broke before the task had an outcome; see stderr".into());
        };
        let name = || self.run.shown_name(step);
        if let Some(place) = self.run.place(step) {
            self.show_again(&place, &outcome);
        }
        if let Some(why) = self.why_it_did_not_run(&outcome) {
            if self.capture == Capture::Nothing {
                let _ = writeln!(std::io::stderr(), "\nError: {why}");
            }
            return Err(why.into());
        }
        if self.capture == Capture::Nothing
            && outcome.is_failure()
            && let Some(line) = stderr_line(&name(), &outcome)
        {
            // On a new line, as a panic does: `test boot ... ` stands before it on a terminal, and readers
            // look for `Error: ` at the start of a line. A closed stderr is no reason to fail.
            let _ = writeln!(std::io::stderr(), "\n{line}");
        }
        self.show_later(name, &outcome);
        match &outcome {
            Outcome::Passed(_) | Outcome::Flaky(_) => Ok(Completion::Completed),
            Outcome::Failed(attempts) => Err(failure_text(attempts).into()),
            Outcome::Skipped(attempts) => {
                let message = attempts
                    .last()
                    .map(|last| last.answer.message.as_str())
                    .unwrap_or_default();
                let reason = if message.is_empty() {
                    "the task skipped itself"
                } else {
                    message
                };
                Ok(ignored(reason))
            }
            Outcome::Blocked(_) | Outcome::NotRun(_) | Outcome::Ignored(_) => {
                Ok(ignored(&outcome.to_string()))
            }
        }
    }

    /// Why a task has failed that did not run, if that is how it is to be shown.
    fn why_it_did_not_run(&self, outcome: &Outcome) -> Option<String> {
        match outcome {
            _ if self.on_blocked == OnBlocked::Ignore => None,
            Outcome::Blocked(blocked) => Some(match self.run.why(blocked) {
                Some(why) => format!("{blocked}: {why}"),
                None => blocked.to_string(),
            }),
            Outcome::NotRun(_) => Some(outcome.to_string()),
            _ => None,
        }
    }

    /// What a task wrote in the process that ran it, where that would have been seen as it came.
    fn show_again(&self, place: &str, outcome: &Outcome) {
        let Some(last) = outcome.attempts().last() else {
            return;
        };
        if let Some(output) = last
            .output
            .as_ref()
            .filter(|_| self.capture == Capture::Nothing)
        {
            let _ = write!(std::io::stdout(), "{}", output.stdout);
            let _ = write!(std::io::stderr(), "{}", output.stderr);
        }
        say(&format!("it ran in {place} and took {:?}", last.run_time));
    }

    /// Has what a task wrote shown below the report, if that was asked for and it has not failed.
    pub(super) fn show_later(&self, name: impl FnOnce() -> String, outcome: &Outcome) {
        if self.show_output
            && !outcome.is_failure()
            && let Some(text) = output_text(outcome)
        {
            let successes = &mut *self
                .successes
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            successes.push((name(), text));
        }
    }

    /// Writes what is to be shown of those that did not fail, as libtest does.
    pub(super) fn write_successes(&self, mut out: impl Write) -> std::io::Result<()> {
        let successes = &*self
            .successes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if successes.is_empty() {
            return Ok(());
        }
        writeln!(out, "successes:\n")?;
        for (name, text) in successes {
            writeln!(out, "---- {name} ----\n{text}")?;
        }
        writeln!(out, "successes:")?;
        for (name, _) in successes {
            writeln!(out, "    {name}")?;
        }
        writeln!(out)
    }
}

/// The reason goes into the line of the task: it must not begin another one.
pub(super) fn ignored(reason: &str) -> Completion {
    let words: Vec<&str> = reason
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    Completion::ignored_with(words.join("; "))
}
