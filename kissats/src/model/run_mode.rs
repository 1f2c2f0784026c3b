//! Where tasks run.

use crate::model::word::words;

/// The original's three ways to run tasks.
///
/// ```
/// # use kissats::RunMode;
/// assert_eq!(RunMode::default(), RunMode::Normal);
/// assert_eq!("process".parse(), Ok(RunMode::Process));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum RunMode {
    /// One after the other.
    #[default]
    Normal,
    /// Those marked `thread_safe` beside each other.
    Thread,
    /// Those marked `process_safe` in processes of their own.
    Process,
}

words!(RunMode {
    Normal = "normal",
    Thread = "thread",
    Process = "process",
});
