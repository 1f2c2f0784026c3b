//! What people read about a task that failed.

use crate::model::{Outcome, Problem, ProblemKind, TaskResult};

/// The text below the task's name in the list of failures: the last attempt, and what came before.
pub(super) fn failure_text(attempts: &[TaskResult]) -> String {
    match attempts {
        [only] => only.to_string(),
        several => {
            let numbered = several
                .iter()
                .zip(1..)
                .map(|(attempt, number)| format!("attempt {number}: {attempt}"));
            numbered.collect::<Vec<_>>().join("\n")
        }
    }
}

/// The line for stderr from which nextest and IDEs take the message of a failure.
///
/// A panic that the panic hook has seen has its own there, `thread '…' panicked at …`.
pub(super) fn stderr_line(name: &str, outcome: &Outcome) -> Option<String> {
    let last = outcome.attempts().last().filter(|_| outcome.is_failure())?;
    let told = |problem: &Problem| problem.kind == ProblemKind::Panic && problem.location.is_some();
    let is_told = last.problem.as_ref().is_some_and(told);
    (!is_told).then(|| format!("Error: {name}: {last}"))
}
