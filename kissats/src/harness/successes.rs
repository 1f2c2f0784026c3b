//! What those wrote that did not fail: libtest shows it below the report, if it is asked to.

use std::io::{self, Write};

use crate::harness::failure_text::output_text;
use crate::model::Outcome;

/// Names and what they wrote.
#[derive(Debug)]
pub(super) struct Successes {
    are_shown: bool,
    texts: Vec<(String, String)>,
}

impl Successes {
    pub(super) fn new(are_shown: bool) -> Self {
        Self {
            are_shown,
            texts: Vec::new(),
        }
    }

    /// Keeps what a task wrote, if that is to be shown and it has not failed.
    pub(super) fn add(&mut self, name: impl FnOnce() -> String, outcome: &Outcome) {
        if self.are_shown
            && !outcome.is_failure()
            && let Some(text) = output_text(outcome)
        {
            self.texts.push((name(), text));
        }
    }

    /// Writes it as libtest does.
    pub(super) fn write(&self, mut out: impl Write) -> io::Result<()> {
        if self.texts.is_empty() {
            return Ok(());
        }
        writeln!(out, "successes:\n")?;
        for (name, text) in &self.texts {
            writeln!(out, "---- {name} ----\n{text}")?;
        }
        writeln!(out, "successes:")?;
        for (name, _) in &self.texts {
            writeln!(out, "    {name}")?;
        }
        writeln!(out)
    }
}
