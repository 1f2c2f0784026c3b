//! When resources are reserved, and for whom.

use std::fmt;

/// The original's six ways to reserve what tasks need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum ResourceMode {
    /// Everything that any task needs, for the whole run.
    #[default]
    All,
    /// For each task what it needs, one request for each resource.
    PerTaskSeparate,
    /// For each task what it needs, in one request.
    PerTaskCombine,
    /// As `all`; the pack's own scheduler orders the tasks first.
    CustomAll,
    /// As `per_task_separate`; the pack's own scheduler orders the tasks first.
    CustomSeparate,
    /// As `per_task_combine`; the pack's own scheduler orders the tasks first.
    CustomCombine,
}

impl ResourceMode {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::All,
        Self::PerTaskSeparate,
        Self::PerTaskCombine,
        Self::CustomAll,
        Self::CustomSeparate,
        Self::CustomCombine,
    ];

    /// The original's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::PerTaskSeparate => "per_task_separate",
            Self::PerTaskCombine => "per_task_combine",
            Self::CustomAll => "custom_all",
            Self::CustomSeparate => "custom_separate",
            Self::CustomCombine => "custom_combine",
        }
    }
}

impl fmt::Display for ResourceMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
