//! Where tasks run.

use std::fmt;

/// The original's three ways to run tasks.
///
/// ```
/// # use kissats::RunMode;
/// assert_eq!(RunMode::ALL.map(RunMode::as_str), ["normal", "thread", "process"]);
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

impl RunMode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Thread, Self::Process];

    /// The original's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Thread => "thread",
            Self::Process => "process",
        }
    }
}

impl fmt::Display for RunMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
