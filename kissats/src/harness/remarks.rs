//! What is said below the report of the tasks that ran.

use std::io::{self, Write};
use std::time::Duration;

use crate::harness::flaky::report_flaky;
use crate::harness::times::report_times;
use crate::model::Outcome;
use crate::plan::PlannedTask;
use crate::runtime::Summary;

/// Collected while the run goes on.
#[derive(Debug)]
pub(super) struct Remarks {
    /// Those that passed after a retry.
    flaky: Vec<(String, Outcome)>,
    /// How long each task ran, in the order in which they ended, if anybody wants to know.
    times: Option<Vec<(String, Duration)>>,
    /// The same.
    pub(super) summary: Option<Summary>,
}

impl Remarks {
    pub(super) fn new(wants_times: bool, wants_summary: bool) -> Self {
        Self {
            flaky: Vec::new(),
            times: wants_times.then(Vec::new),
            summary: wants_summary.then(Summary::default),
        }
    }

    pub(super) fn add(&mut self, task: &PlannedTask, outcome: &Outcome) {
        if let Some(summary) = &mut self.summary {
            summary.add(outcome, task.task.est_task_time());
        }
        if matches!(outcome, Outcome::Flaky(_)) {
            self.flaky.push((task.shown_name(), outcome.clone()));
        }
        if let Some(times) = &mut self.times {
            let attempts = outcome.attempts();
            if !attempts.is_empty() {
                let time = attempts.iter().map(|attempt| attempt.run_time).sum();
                times.push((task.shown_name(), time));
            }
        }
    }

    pub(super) fn write(&self, mut out: impl Write) -> io::Result<()> {
        report_flaky(&self.flaky, &mut out)?;
        report_times(self.times.as_deref().unwrap_or_default(), out)
    }
}
