//! A task as planning sees it.

use crate::schedule::Need;

/// A task: how long, after whom, with what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkTask {
    /// How long it is expected to take, in ticks of a length that the caller chooses.
    pub duration: u64,
    /// The numbers of the tasks that must have ended before.
    pub prereqs: Vec<u32>,
    /// What it holds while it runs.
    pub needs: Vec<Need>,
    /// The author's word, above everything that planning finds out: the lower, the earlier.
    pub priority: i32,
}

impl WorkTask {
    /// A task that needs nothing.
    ///
    /// ```
    /// # use kissats::schedule::{Need, WorkTask};
    /// let task = WorkTask::new(5).after(0).with(Need::units(1, 1));
    /// assert_eq!((task.prereqs, task.needs.len()), (vec![0], 1));
    /// ```
    #[must_use]
    pub const fn new(duration: u64) -> Self {
        Self {
            duration,
            prereqs: Vec::new(),
            needs: Vec::new(),
            priority: 0,
        }
    }

    /// The same task, but not before that one has ended.
    ///
    /// ```
    /// # use kissats::schedule::WorkTask;
    /// assert_eq!(WorkTask::new(5).after(3).prereqs, [3]);
    /// ```
    #[must_use]
    pub fn after(mut self, prereq: u32) -> Self {
        self.prereqs.push(prereq);
        self
    }

    /// The same task, with one need more.
    ///
    /// ```
    /// # use kissats::schedule::{Need, WorkTask};
    /// assert_eq!(WorkTask::new(5).with(Need::shared(0)).needs, [Need::shared(0)]);
    /// ```
    #[must_use]
    pub fn with(mut self, need: Need) -> Self {
        self.needs.push(need);
        self
    }
}
