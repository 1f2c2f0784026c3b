//! Trials as views: a trial waits for the outcome of its task, it never runs it.

use std::io::Write;
use std::sync::Arc;

use libtest_mimic::{Completion, Failed, Trial};

use crate::harness::failure_text::{failure_text, stderr_line};
use crate::model::{IgnoreReason, OnBlocked, Outcome};
use crate::plan::Step;
use crate::runtime::{RunInProgress, say};

/// A task of the plan.
pub(super) fn of_step(
    shown: String,
    step: Step,
    on_blocked: OnBlocked,
    run: Arc<RunInProgress>,
) -> Trial {
    Trial::ignorable_test(shown, move || {
        let outcome = run.outcome(step);
        if let (Some(place), Some(outcome)) = (run.place(step), &outcome) {
            show_again(&place, outcome);
        }
        match outcome {
            Some(Outcome::Blocked(blocked)) if on_blocked == OnBlocked::Fail => {
                let why = run.why(&blocked).map(|why| format!(": {why}"));
                Err(did_not_run(&format!("{blocked}{}", why.unwrap_or_default())))
            }
            Some(outcome @ Outcome::NotRun(_)) if on_blocked == OnBlocked::Fail => {
                Err(did_not_run(&outcome.to_string()))
            }
            outcome => view(outcome, || run.shown_name(step)),
        }
    })
}

/// What a task wrote in the process that ran it. If it failed, that is part of the failure.
fn show_again(place: &str, outcome: &Outcome) {
    let Some(last) = outcome.attempts().last() else {
        return;
    };
    if let Some(output) = last.output.as_ref().filter(|_| !outcome.is_failure()) {
        let _ = write!(std::io::stdout(), "{}", output.stdout);
        let _ = write!(std::io::stderr(), "{}", output.stderr);
    }
    say(&format!("it ran in {place} and took {:?}", last.run_time));
}

/// The cause comes first, on a line that nextest and editors find.
fn did_not_run(why: &str) -> Failed {
    let _ = writeln!(std::io::stderr(), "\nError: {why}");
    why.into()
}

/// A task that is not meant to run here.
pub(super) fn of_ignored(shown: String, reason: &IgnoreReason) -> Trial {
    let reason = reason.to_string();
    Trial::ignorable_test(shown, move || Ok(ignored(&reason)))
}

/// A task where benchmarks were asked for.
pub(super) fn of_test_among_benchmarks(shown: String) -> Trial {
    Trial::test(shown, || Ok(()))
}

/// A task that was not selected: `libtest-mimic` counts what it filters out itself, and nothing else.
///
/// The cheapest filter is that of `--ignored`: it compares no names, and names cost memory.
pub(super) fn of_filtered_out() -> Trial {
    Trial::test(String::new(), || Ok(()))
}

/// A trial that passes the filter which [`of_filtered_out`] is for. It runs all the same.
pub(super) fn shown_among_filtered(trial: Trial) -> Trial {
    trial.with_ignored_flag(true)
}

/// The name is put together when it is needed, so that nothing is kept of a task that passes.
fn view(outcome: Option<Outcome>, name: impl FnOnce() -> String) -> Result<Completion, Failed> {
    let Some(outcome) = outcome else {
        return Err("kissats broke before the task had an outcome; see stderr".into());
    };
    if outcome.is_failure()
        && let Some(line) = stderr_line(&name(), &outcome)
    {
        // On a new line, as a panic does: `test boot ... ` stands before it on a terminal, and readers
        // look for `Error: ` at the start of a line. A closed stderr is no reason to fail.
        let _ = writeln!(std::io::stderr(), "\n{line}");
    }
    match &outcome {
        Outcome::Passed(_) => Ok(Completion::Completed),
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

/// The reason goes into the line of the task: it must not begin another one.
fn ignored(reason: &str) -> Completion {
    let words: Vec<&str> = reason
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    Completion::ignored_with(words.join("; "))
}
