//! The life of one task in the run.
//!
//! ```text
//! Waiting -> Ready -> (Claiming ->) Reserving -> Running -> Ended
//!    |         |  ^      |              |  |         |  |
//!    |         |  |      |              |  +---------|--+--> Ended   recorded elsewhere, broken reservation
//!    |         |  +------+-- Delayed <--+            |  |
//!    |         |  +-------------|- Resting <---------+  |            another attempt, later
//!    |         |  +-------------|-----------------------+            another attempt, at once
//!    |         |                |                       +--> Dying   timed out or killed, in a process: soon Ended
//!    |         |                |                       +--> Overdue the same on a thread; Ended for everyone else
//!    +---------+----------------+--------------------------> Ended   blocked, not run
//! ```

use crate::model::Timestamp;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskState {
    /// Others must end first.
    Waiting {
        /// How many.
        open: usize,
    },
    /// Its turn may come.
    Ready,
    /// The other processes of the run are asked whether it is theirs.
    Claiming,
    /// The ATS was asked for what it needs.
    Reserving,
    /// What it needs is held by others, or another process is at it.
    Delayed {
        /// When to ask again, if nothing is released before.
        until: Timestamp,
    },
    /// An attempt has failed, and it holds nothing until the next.
    Resting {
        /// When that begins.
        until: Timestamp,
    },
    /// Its body is running.
    Running {
        /// When it has run too long.
        deadline: Option<Timestamp>,
    },
    /// Its process is being ended: it has its outcome when that is gone.
    Dying,
    /// It has its outcome, but its body is still running and may be using what it holds.
    Overdue,
    /// It has its outcome and holds nothing.
    Ended,
}

impl TaskState {
    /// Whether its body was never started, or may be started again.
    pub(super) fn has_not_started(self) -> bool {
        matches!(
            self,
            Self::Waiting { .. } | Self::Ready | Self::Delayed { .. } | Self::Resting { .. }
        )
    }
}
