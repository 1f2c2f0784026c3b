//! The tasks that ran because others needed them: shown as such and counted apart.

use std::io::Write;

use crate::harness::failure_text::{failure_text, stderr_line};
use crate::model::Outcome;
use crate::runtime::Capture;

/// Outcomes of tasks that were not selected themselves, in order of the plan.
#[derive(Debug, Default)]
pub(super) struct Needed<'a> {
    tasks: Vec<NeededTask<'a>>,
}

#[derive(Debug)]
struct NeededTask<'a> {
    shown: String,
    outcome: Option<&'a Outcome>,
    /// Which process has run it, if it was another one.
    place: Option<&'a str>,
}

impl NeededTask<'_> {
    fn has_failed(&self) -> bool {
        self.outcome.is_none_or(Outcome::is_failure)
    }
}

impl<'a> Needed<'a> {
    pub(super) fn add(
        &mut self,
        shown: String,
        outcome: Option<&'a Outcome>,
        place: Option<&'a str>,
    ) {
        self.tasks.push(NeededTask {
            shown,
            outcome,
            place,
        });
    }

    /// Whether one of them failed here. What failed in another process has failed there.
    pub(super) fn has_failed(&self) -> bool {
        let mut here = self.tasks.iter().filter(|task| task.place.is_none());
        here.any(NeededTask::has_failed)
    }

    /// Writes one line for each, and the texts of those that failed.
    ///
    /// Where each of them has a process of its own, these are indented: what is looked for at the start of
    /// a line is theirs, and not what this process has to say of its own task.
    pub(super) fn report(
        &self,
        mut out: impl Write,
        capture: Capture,
        is_shared: bool,
    ) -> std::io::Result<()> {
        if self.tasks.is_empty() {
            return Ok(());
        }
        let failed = self.tasks.iter().filter(|task| task.has_failed()).count();
        writeln!(
            out,
            "kissats: the selected tasks needed {} more ({failed} failed):",
            self.tasks.len()
        )?;
        for task in &self.tasks {
            let NeededTask { shown, place, .. } = task;
            let text = task
                .outcome
                .map_or_else(|| "no outcome".to_owned(), ToString::to_string);
            let place = place.map_or_else(String::new, |place| format!(" in {place}"));
            writeln!(out, "    needed {shown} ... {text}{place}")?;
        }
        for NeededTask { shown, outcome, .. } in &self.tasks {
            let Some(outcome) = outcome else { continue };
            if let Outcome::Failed(attempts) = outcome {
                let text = failure_text(attempts);
                let text = match is_shared {
                    true => format!("    {}", text.replace('\n', "\n    ")),
                    false => text,
                };
                writeln!(out, "\n---- needed {shown} ----\n{text}")?;
            }
            if capture == Capture::Nothing
                && !is_shared
                && let Some(line) = stderr_line(shown, outcome)
            {
                writeln!(out, "{line}")?;
            }
        }
        writeln!(out)
    }
}
