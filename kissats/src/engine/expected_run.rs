//! What planning says about a run before it begins.

use std::time::Duration;

use crate::model::ResourceName;
use crate::plan::Step;

/// A run in which tasks run beside each other, if every task takes as long as it is expected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedRun {
    /// All steps, in the order in which they start then.
    pub(crate) order: Vec<Step>,
    /// How long the run takes.
    pub makespan: Duration,
    /// No schedule is shorter.
    pub lower_bound: Duration,
    /// Why it cannot be shorter.
    pub limit: RunLimit,
    /// How many runs were simulated to find a better order.
    pub simulations: u64,
}

/// What has to be split, or of what there has to be more, before a run can be shorter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunLimit {
    /// Tasks wait for each other: the longest chain of them.
    CriticalPath,
    /// There are too few workers for all the work.
    Workers,
    /// Too much is left for the main worker, because it is not `thread_safe`.
    MainWorker,
    /// Too many tasks are tied to one worker, because they are prerequisites on the same thread.
    TiedTasks,
    /// There is too little of this resource.
    Resource(ResourceName),
    /// Tasks that need several resources keep each other from running.
    Conflicts,
}

impl ExpectedRun {
    /// By how much the run is longer than it would have to be at best, as a part of that: 0.02 is two in
    /// a hundred.
    #[must_use]
    pub fn gap(&self) -> f64 {
        if self.lower_bound.is_zero() {
            return 0.0;
        }
        self.makespan.as_secs_f64() / self.lower_bound.as_secs_f64() - 1.0
    }
}
