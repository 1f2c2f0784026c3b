//! What a worker process tells the run.

use serde::{Deserialize, Serialize};

use crate::wire::ResultMessage;

/// From the worker to the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    /// The worker is there and speaks this version.
    Ready { version: u32 },
    /// The body of a task with a time-out begins: its time counts from here.
    BodyStarted,
    /// The task has noted something.
    Logged { record: String },
    /// The attempt is over.
    Ended(Box<ResultMessage>),
    /// The order could not be understood, or names a task that this binary does not have.
    Refused { why: String },
}
