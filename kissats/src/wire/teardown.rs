//! What a run writes down about the teardowns that come after its last process.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How to start the program that tears down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TeardownOrder {
    pub(crate) program: PathBuf,
    /// What the test process was told.
    pub(crate) words: Vec<String>,
    pub(crate) folder: PathBuf,
    /// Those variables that say something to a run, each a text.
    pub(crate) variables: Map<String, Value>,
    /// Whoever starts the processes of the run.
    pub(crate) runner: ProcessMessage,
}

/// A process, so that no other of the same number is taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcessMessage {
    pub(crate) pid: u32,
    /// In the system's own measure; `None` where it does not tell.
    pub(crate) started: Option<u64>,
}

/// What came of a teardown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TeardownReport {
    pub(crate) task: String,
    pub(crate) outcome: String,
    /// What went wrong; nothing if nothing did.
    pub(crate) problem: Option<String>,
    /// What it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<String>,
}
