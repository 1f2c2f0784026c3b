//! What is left out of a plan on purpose.

use crate::model::{GroupName, LoadedTask, Phase};

/// Rules of the run that make a plan smaller than its tasks would have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Narrowing {
    /// Only tasks of these groups are selected; empty means all.
    pub(crate) groups: Vec<GroupName>,
    /// Set-up tasks run only if they are selected by their whole name.
    pub(crate) skip_setup: bool,
    /// Teardown tasks run only if they are selected by their whole name.
    pub(crate) skip_teardown: bool,
    /// Prerequisites are neither pulled in nor waited for.
    pub(crate) ignore_prereq: bool,
}

impl Narrowing {
    pub(super) fn is_in_groups(&self, task: &LoadedTask) -> bool {
        let mut of_task = task.groups().iter();
        self.groups.is_empty()
            || of_task.any(|group| self.groups.iter().any(|wanted| wanted == group))
    }

    pub(super) fn leaves_any_out(&self) -> bool {
        self.skip_setup || self.skip_teardown
    }

    pub(super) fn leaves_out(&self, phase: Phase) -> bool {
        match phase {
            Phase::Setup => self.skip_setup,
            Phase::Test => false,
            Phase::Teardown => self.skip_teardown,
        }
    }
}
