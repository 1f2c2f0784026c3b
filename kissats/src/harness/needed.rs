//! The tasks that ran because others needed them: shown as such and counted apart.

use std::io::Write;

use crate::harness::failure_text::{failure_text, stderr_line};
use crate::model::Outcome;
use crate::runtime::Capture;

/// Outcomes of tasks that were not selected themselves, in order of the plan.
#[derive(Debug, Default)]
pub(super) struct Needed<'a> {
    tasks: Vec<(String, Option<&'a Outcome>)>,
}

impl<'a> Needed<'a> {
    pub(super) fn add(&mut self, shown: String, outcome: Option<&'a Outcome>) {
        self.tasks.push((shown, outcome));
    }

    pub(super) fn has_failed(&self) -> bool {
        self.tasks
            .iter()
            .any(|(_, outcome)| outcome.is_none_or(Outcome::is_failure))
    }

    /// Writes one line for each, and the texts of those that failed.
    pub(super) fn report(&self, mut out: impl Write, capture: Capture) -> std::io::Result<()> {
        if self.tasks.is_empty() {
            return Ok(());
        }
        let failed = self
            .tasks
            .iter()
            .filter(|(_, outcome)| outcome.is_none_or(Outcome::is_failure))
            .count();
        writeln!(
            out,
            "kissats: the selected tasks needed {} more ({failed} failed):",
            self.tasks.len()
        )?;
        for (shown, outcome) in &self.tasks {
            let text = outcome.map_or_else(|| "no outcome".to_owned(), ToString::to_string);
            writeln!(out, "    needed {shown} ... {text}")?;
        }
        for (shown, outcome) in &self.tasks {
            let Some(outcome) = outcome else { continue };
            if let Outcome::Failed(attempts) = outcome {
                writeln!(
                    out,
                    "\n---- needed {shown} ----\n{}",
                    failure_text(attempts)
                )?;
            }
            if capture == Capture::Nothing
                && let Some(line) = stderr_line(shown, outcome)
            {
                writeln!(out, "{line}")?;
            }
        }
        writeln!(out)
    }
}
