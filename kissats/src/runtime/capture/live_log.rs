//! A log that nobody keeps.

use crate::model::{TaskLog, TaskName};
use crate::runtime::capture::terminal;

/// Shows every record as it comes, with the task that it is from.
#[derive(Debug)]
pub(in crate::runtime) struct LiveLog(pub(in crate::runtime) TaskName);

impl TaskLog for LiveLog {
    fn add(&self, record: &str) {
        terminal(&format!("{}: {record}\n", self.0));
    }
}
