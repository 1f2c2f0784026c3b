//! The tasks that ran because others needed them: shown as such and counted apart.

use std::io::Write;

use crate::harness::failure_text::{failure_text, stderr_line};
use crate::harness::reporter::Kept;
use crate::model::Outcome;
use crate::runtime::Capture;

/// Outcomes of tasks that were not selected themselves, in order of the plan.
#[derive(Debug, Default)]
pub(super) struct Needed {
    tasks: Vec<NeededTask>,
}

#[derive(Debug)]
struct NeededTask {
    shown: String,
    /// `None` if kissats broke.
    kept: Option<Kept>,
}

impl NeededTask {
    fn outcome(&self) -> Option<&Outcome> {
        self.kept.as_ref().map(|kept| &kept.outcome)
    }

    /// Which process has run it, if it was another one.
    fn place(&self) -> Option<&str> {
        self.kept.as_ref()?.place.as_deref()
    }

    fn has_failed(&self) -> bool {
        self.outcome().is_none_or(Outcome::is_failure)
    }
}

impl Needed {
    pub(super) fn add(&mut self, shown: String, kept: Option<Kept>) {
        self.tasks.push(NeededTask { shown, kept });
    }

    /// Whether one of them failed here. What failed in another process has failed there.
    pub(super) fn has_failed(&self) -> bool {
        let mut here = self.tasks.iter().filter(|task| task.place().is_none());
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
            let shown = &task.shown;
            let outcome = task.outcome();
            let text = outcome.map_or_else(|| "no outcome".to_owned(), ToString::to_string);
            let place = task
                .place()
                .map_or_else(String::new, |place| format!(" in {place}"));
            writeln!(out, "    needed {shown} ... {text}{place}")?;
        }
        for task in &self.tasks {
            let shown = &task.shown;
            let Some(outcome) = task.outcome() else {
                continue;
            };
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
