//! How many tasks ended how.

use crate::report::Shown;

/// The counts of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
}

impl Tally {
    pub(super) fn add(&mut self, shown: &Shown) {
        match shown {
            Shown::Passed => self.passed += 1,
            Shown::Failed(_) => self.failed += 1,
            Shown::Ignored(_) => self.ignored += 1,
        }
    }
}
