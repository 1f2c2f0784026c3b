//! When a run reserves what its tasks need.

use std::fmt;
use std::str::FromStr;

/// The original's six words for when a run reserves, and what.
///
/// ```
/// # use kissats::ResourceMode;
/// let mode: ResourceMode = "all".parse()?;
/// assert!(mode.is_for_the_run());
/// assert_eq!(
///     "al".parse::<ResourceMode>().unwrap_err().to_string(),
///     "expected one of `all`, `per_task_separate`, `per_task_combine`, `custom_all`, \
///      `custom_separate`, `custom_combine`, got `al`",
/// );
/// # Ok::<(), kissats::UnknownResourceMode>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum ResourceMode {
    /// Everything that any task needs, before the first, until after the last.
    #[default]
    All,
    /// Each task for itself, when its turn comes.
    PerTaskSeparate,
    /// Each task for itself, what it has in common with others combined.
    PerTaskCombine,
    /// As `all`, in an order of the pack's own.
    CustomAll,
    /// As `per_task_separate`, in an order of the pack's own.
    CustomSeparate,
    /// As `per_task_combine`, in an order of the pack's own.
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

    /// The original's word.
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

    /// Whether the run holds everything from its first task to its last.
    #[must_use]
    pub const fn is_for_the_run(self) -> bool {
        matches!(self, Self::All | Self::CustomAll)
    }

    /// Whether a function of the pack's own decides on the order of the queues.
    #[must_use]
    pub const fn is_custom(self) -> bool {
        matches!(
            self,
            Self::CustomAll | Self::CustomSeparate | Self::CustomCombine
        )
    }
}

impl fmt::Display for ResourceMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is none of the six.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}, got `{word}`", words())]
pub struct UnknownResourceMode {
    word: String,
}

impl FromStr for ResourceMode {
    type Err = UnknownResourceMode;

    fn from_str(word: &str) -> Result<Self, UnknownResourceMode> {
        let mut every = Self::ALL.into_iter();
        every
            .find(|mode| mode.as_str() == word)
            .ok_or_else(|| UnknownResourceMode {
                word: word.to_owned(),
            })
    }
}

fn words() -> String {
    let quoted = ResourceMode::ALL.map(|mode| format!("`{mode}`"));
    quoted.join(", ")
}
