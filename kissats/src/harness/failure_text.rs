//! What people read about a task that failed.

use crate::model::{Outcome, Problem, ProblemKind, TaskResult};

/// The text below the task's name in the list of failures: the last attempt, and what came before.
pub(super) fn failure_text(attempts: &[TaskResult]) -> String {
    match attempts {
        [only] => with_output(only.to_string(), only),
        several => {
            let numbered = several.iter().zip(1..).map(|(attempt, number)| {
                with_output(format!("attempt {number}: {attempt}"), attempt)
            });
            numbered.collect::<Vec<_>>().join("\n")
        }
    }
}

/// What a task wrote that has not failed; `None` if that is nothing.
pub(super) fn output_text(outcome: &Outcome) -> Option<String> {
    let outputs = outcome.attempts().iter().map(|attempt| &attempt.output);
    let text: String = outputs.flatten().map(ToString::to_string).collect();
    (!text.is_empty()).then_some(text)
}

fn with_output(text: String, attempt: &TaskResult) -> String {
    match &attempt.output {
        Some(output) => format!("{text}\n{}", output.to_string().trim_end_matches('\n')),
        None => text,
    }
}

/// The line for stderr from which nextest takes the message of a failure, where what tasks write goes out
/// as it comes.
///
/// A panic that the panic hook has seen has its own there, `thread '…' panicked at …`.
pub(super) fn stderr_line(name: &str, outcome: &Outcome) -> Option<String> {
    let last = outcome.attempts().last().filter(|_| outcome.is_failure())?;
    let told = |problem: &Problem| problem.kind == ProblemKind::Panic && problem.location.is_some();
    let is_told = last.problem.as_ref().is_some_and(told);
    (!is_told).then(|| format!("Error: {name}: {last}"))
}
