//! Why one task waits for another.

use std::fmt;

use crate::model::{GroupName, TaskId};

/// The reason for which a task waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// It names the other in `prereq_tasks`.
    Prerequisite,
    /// The other sets up a group it is in.
    GroupSetup(GroupName),
    /// The other sets up everything.
    GlobalSetup,
    /// It tears down what the other uses: an order only, nothing is owed.
    Teardown,
    /// Both set up, or tear down, the same thing: one after the other.
    After,
}

impl Why {
    /// Whether the other must succeed, not only end.
    pub(crate) fn must_succeed(&self) -> bool {
        !matches!(self, Self::Teardown | Self::After)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prerequisite => f.write_str("needs"),
            Self::GroupSetup(group) => write!(f, "is in the group `{group}`, set up by"),
            Self::GlobalSetup => f.write_str("runs after the global setup"),
            Self::Teardown => f.write_str("tears down after"),
            Self::After => f.write_str("runs after"),
        }
    }
}

/// One task waits for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requirement<T = TaskId> {
    pub(crate) on: T,
    pub(crate) why: Why,
}
