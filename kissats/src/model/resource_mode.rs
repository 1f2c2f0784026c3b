//! When a run reserves what its tasks need.

use crate::model::word::words;

/// The original's six words for when a run reserves, and what.
///
/// ```
/// # use kissats::ResourceMode;
/// let mode: ResourceMode = "all".parse()?;
/// assert!(mode.is_for_the_run() && !mode.is_custom());
/// assert_eq!(
///     "al".parse::<ResourceMode>().unwrap_err().to_string(),
///     "expected one of `all`, `per_task_separate`, `per_task_combine`, `custom_all`, \
///      `custom_separate`, `custom_combine`, got `al`; did you mean `all`?",
/// );
/// # Ok::<(), kissats::UnknownWord>(())
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
    /// Whether the run holds everything from its first task to its last.
    #[must_use]
    pub const fn is_for_the_run(self) -> bool {
        matches!(self, Self::All | Self::CustomAll)
    }

    /// The same where nothing is held for the whole run, because it has other processes that would
    /// wait for it.
    pub(crate) const fn per_task(self) -> Self {
        match self {
            Self::All => Self::PerTaskSeparate,
            Self::CustomAll => Self::CustomSeparate,
            mode => mode,
        }
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

words!(ResourceMode {
    All = "all",
    PerTaskSeparate = "per_task_separate",
    PerTaskCombine = "per_task_combine",
    CustomAll = "custom_all",
    CustomSeparate = "custom_separate",
    CustomCombine = "custom_combine",
});
