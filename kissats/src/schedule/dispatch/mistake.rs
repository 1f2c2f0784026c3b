//! Mistakes that tests plant into the dispatcher: properties that do not notice them are worth nothing.

/// What the dispatcher does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// What comes back wakes nobody.
    WakesNobody,
    /// A task starts although not all that it needs is free.
    TakesWhatIsTaken,
}
