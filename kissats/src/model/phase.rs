//! The three phases of a run.

use crate::model::word::words;

/// When a task runs: the original's three queues.
///
/// ```
/// # use kissats::Phase;
/// assert_eq!(Phase::default(), Phase::Test);
/// assert_eq!(Phase::Teardown.as_str(), "teardown");
/// assert!(Phase::Setup < Phase::Test);
/// assert_eq!("setup".parse(), Ok(Phase::Setup));
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

words!(Phase {
    Setup = "setup",
    Test = "test",
    Teardown = "teardown",
});
