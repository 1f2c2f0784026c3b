//! How a run is meant to go.

use std::time::Duration;

use crate::model::{ResourceMode, RunMode, ValidResults};

/// The rules of a run that do not depend on its tasks.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// Which verdicts count as success.
    pub(crate) valid_results: ValidResults,
    /// Stop at the first failure, whatever the task says.
    pub(crate) fail_fast: bool,
    /// How long a task without `max_resource_wait` waits for what others hold.
    pub(crate) patience: Duration,
    /// How long to wait before asking again for what others hold, when nobody says when it is free.
    pub(crate) ask_again_after: Duration,
    /// Where tasks run.
    pub(crate) run_mode: RunMode,
    /// When the run reserves what its tasks need.
    pub(crate) resource_mode: ResourceMode,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            valid_results: ValidResults::default(),
            fail_fast: false,
            patience: Duration::from_secs(60),
            ask_again_after: Duration::from_secs(1),
            run_mode: RunMode::default(),
            resource_mode: ResourceMode::default(),
        }
    }
}
