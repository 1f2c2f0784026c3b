//! What a run of queues came to.

use std::time::Duration;

use crate::model::{Outcome, StopCause, TaskName};

/// The outcomes of a run, in the order in which they came about.
///
/// ```
/// # use kissats::{GlobalParams, TaskPack};
/// # fn main() -> Result<(), kissats::PackError> {
/// let summary = TaskPack::new(GlobalParams::default())?.run_all_queues()?;
/// for (task, outcome) in &summary.outcomes {
///     println!("{task}: {outcome}");
/// }
/// assert!(summary.is_success(), "nothing was queued");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RunSummary {
    /// Every task that left a queue, with its outcome.
    pub outcomes: Vec<(TaskName, Outcome)>,
    /// What stopped the run before its queues were empty. What has not run is still queued.
    pub stopped: Option<StopCause>,
    /// How long the bodies ran.
    pub run_time: Duration,
    /// How long they were expected to run.
    pub est_task_time: Duration,
    /// What the pack's `report_func` panicked with.
    pub report_problems: Vec<String>,
}

impl RunSummary {
    /// Whether nothing failed and nothing stopped the run.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.stopped.is_none()
            && !self
                .outcomes
                .iter()
                .any(|(_, outcome)| outcome.is_failure())
    }

    /// The outcome of the task `name`; the last one, if it ran more than once.
    #[must_use]
    pub fn outcome(&self, name: &str) -> Option<&Outcome> {
        let found = self.outcomes.iter().rev().find(|(task, _)| task == name);
        found.map(|(_, outcome)| outcome)
    }

    /// Adds what came after.
    pub(super) fn extend(&mut self, later: Self) {
        self.outcomes.extend(later.outcomes);
        self.stopped = self.stopped.take().or(later.stopped);
        self.run_time += later.run_time;
        self.est_task_time += later.est_task_time;
        self.report_problems.extend(later.report_problems);
    }
}
