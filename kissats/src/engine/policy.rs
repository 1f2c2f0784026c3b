//! How a run is meant to go.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::{ResourceMode, ResourceName, RunConfig, RunMode, Timestamp, ValidResults};
use crate::schedule::PlanBudget;

/// The rules of a run that do not depend on its tasks.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// Which verdicts count as success.
    pub(crate) valid_results: ValidResults,
    /// Stop at the first failure, whatever the task says.
    pub(crate) fail_fast: bool,
    /// How long to wait before asking again for what others hold, when nobody says when it is free.
    pub(crate) ask_again_after: Duration,
    /// When the time of the run begins to count.
    pub(crate) started: Timestamp,
    /// How long the run may take before what is running is given up.
    pub(crate) global_timeout: Option<Duration>,
    /// How long teardowns may go on after that.
    pub(crate) teardown_grace: Duration,
    /// Whether somebody may interrupt the run whose own thread must be left when a body hangs.
    pub(crate) may_be_left: bool,
    /// Where tasks run.
    pub(crate) run_mode: RunMode,
    /// How many threads run tasks, the main worker included.
    pub(crate) thread_limit: NonZeroU32,
    /// How many worker processes there are.
    pub(crate) process_limit: NonZeroU32,
    /// Whether every task, or chain of tied tasks, has a process that no other has used.
    pub(crate) fresh_process: bool,
    /// How many instances of a resource there are, as far as it is known.
    pub(crate) capacities: Capacities,
    /// Whether tasks start in the order of the plan, whatever is more urgent: it was left to chance.
    pub(crate) is_shuffled: bool,
    /// When the run reserves what its tasks need.
    pub(crate) resource_mode: ResourceMode,
    /// Whether other processes belong to the same run: what they have run is not run again.
    pub(crate) is_shared: bool,
    /// How long to wait at first before looking again at what another process is doing.
    pub(crate) look_again_after: Duration,
    /// The longest pause between two such looks.
    pub(crate) look_again_at_most: Duration,
    /// How much work planning may be, where tasks run beside each other.
    pub(crate) plan_budget: PlanBudget,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            valid_results: ValidResults::default(),
            fail_fast: false,
            ask_again_after: Duration::from_secs(1),
            started: Timestamp::START,
            global_timeout: None,
            teardown_grace: Duration::from_secs(60),
            may_be_left: false,
            run_mode: RunMode::default(),
            thread_limit: RunConfig::default().thread_limit,
            process_limit: RunConfig::default().process_limit,
            fresh_process: false,
            capacities: Capacities::default(),
            is_shuffled: false,
            resource_mode: ResourceMode::default(),
            is_shared: false,
            look_again_after: Duration::from_millis(1),
            look_again_at_most: Duration::from_millis(25),
            plan_budget: PlanBudget::default(),
        }
    }
}

impl Policy {
    /// When the run has taken too long.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        self.global_timeout.map(|limit| self.started + limit)
    }

    /// Whether any body may have to be given up, so that none can be on the thread of the run.
    pub(crate) fn may_give_up_any(&self) -> bool {
        self.may_be_left || self.global_timeout.is_some()
    }

    /// How many tasks at a time can hold the resource alone, if that is known. What the run holds as a
    /// whole, it holds once.
    pub(super) fn capacity_of(&self, resource: &ResourceName) -> Option<u32> {
        if self.resource_mode.is_for_the_run() {
            return Some(1);
        }
        let Capacities { known, others, .. } = &self.capacities;
        known.get(resource).copied().or(*others)
    }

    /// What a task means by the name of a resource.
    pub(super) fn pool_of<'a>(&'a self, resource: &'a ResourceName) -> Pool<'a> {
        let pool = self.capacities.wholes.get(resource);
        Pool {
            name: pool.unwrap_or(resource),
            is_whole: pool.is_some(),
        }
    }
}

/// A resource, or all instances of it.
pub(super) struct Pool<'a> {
    pub(super) name: &'a ResourceName,
    pub(super) is_whole: bool,
}

/// How many instances of every resource there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Capacities {
    pub(crate) known: BTreeMap<ResourceName, u32>,
    /// How many there are of those that are not listed; `None` if only their owner knows.
    pub(crate) others: Option<u32>,
    /// Names that stand for all instances of a resource at once. One that has such a name is shared as a
    /// whole or not at all.
    pub(crate) wholes: BTreeMap<ResourceName, ResourceName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_may_have_to_be_given_up_where_somebody_can_leave_the_run_or_its_time_ends() {
        let may = |may_be_left, global_timeout| {
            let policy = Policy {
                may_be_left,
                global_timeout,
                ..Policy::default()
            };
            policy.may_give_up_any()
        };
        let a_minute = Some(Duration::from_secs(60));
        assert!(!may(false, None));
        assert!(may(true, None) && may(false, a_minute) && may(true, a_minute));
    }
}
