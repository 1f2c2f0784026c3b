//! The end of a run before its time, as its processes tell each other.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::model::TaskName;
use crate::wire::{from_line, to_line};

/// A task with `stop_suite_on_fail` has failed. A file of the run; the first who writes it is the one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SuiteStop {
    pub(super) task: String,
    pub(super) pid: u32,
    pub(super) attempt: u32,
}

impl SuiteStop {
    /// # Errors
    /// What the system says; then the others go on.
    pub(super) fn write(&self, file: &Path) -> io::Result<()> {
        let line = to_line(self)?;
        match OpenOptions::new().write(true).create_new(true).open(file) {
            Ok(mut file) => file.write_all(line.as_bytes()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// `None` if there is none, or none that can be understood: state is never a reason to fail.
    pub(super) fn read(file: &Path) -> Option<(TaskName, String)> {
        let stop: Self = from_line(&fs::read_to_string(file).ok()?).ok()?;
        let place = format!("process {}, attempt {}", stop.pid, stop.attempt);
        Some((TaskName::new(stop.task).ok()?, place))
    }
}
