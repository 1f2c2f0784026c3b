//! The three phases of a run.

use std::fmt;

/// When a task runs: the original's three queues.
///
/// ```
/// # use kissats::Phase;
/// assert_eq!(Phase::default(), Phase::Test);
/// assert_eq!(Phase::Teardown.as_str(), "teardown");
/// assert!(Phase::Setup < Phase::Test);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Phase {
    /// Before the tests it prepares: a prerequisite of every member of its groups, or of
    /// everything if it has no group.
    Setup,
    /// The test itself.
    #[default]
    Test,
    /// After the last selected member of its groups has ended, or after everything if it has no group.
    Teardown,
}

impl Phase {
    pub(crate) const ALL: [Self; 3] = [Self::Setup, Self::Test, Self::Teardown];

    /// The word for it in the attribute, in files and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Test => "test",
            Self::Teardown => "teardown",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
