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

fn with_output(mut text: String, attempt: &TaskResult) -> String {
    let Some(output) = &attempt.output else {
        return text;
    };
    for (name, written) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if !written.is_empty() {
            text = format!("{text}\n--- {name} ---\n{}", written.trim_end_matches('\n'));
        }
    }
    text
}

/// The line for stderr from which nextest and IDEs take the message of a failure.
///
/// A panic that the panic hook has seen has its own there, `thread '…' panicked at …`.
pub(super) fn stderr_line(name: &str, outcome: &Outcome) -> Option<String> {
    let last = outcome.attempts().last().filter(|_| outcome.is_failure())?;
    let told = |problem: &Problem| problem.kind == ProblemKind::Panic && problem.location.is_some();
    // What was captured is shown with the failure, which nextest does not read.
    let is_told = last.output.is_none() && last.problem.as_ref().is_some_and(told);
    (!is_told).then(|| format!("Error: {name}: {last}"))
}
