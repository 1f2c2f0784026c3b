//! What becomes of tasks that were asked for and did not run.

/// How a task is shown that was blocked or not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnBlocked {
    /// As failed: where the exit code of one task is all that is looked at, it must not be taken for a pass.
    Fail,
    /// As ignored: what blocks it has failed already.
    Ignore,
}

impl OnBlocked {
    /// All of them.
    pub(crate) const ALL: &'static [Self] = &[Self::Fail, Self::Ignore];

    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Ignore => "ignore",
        }
    }
}
