//! What a run asks of a worker process.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{AtsName, DutName, GlobalParams};
use crate::wire::{HeldMessage, WireError};

/// From the run to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Run one attempt of a task.
    Run(Box<RunOrder>),
    /// Nothing more will come.
    Leave,
}

/// One attempt of one task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunOrder {
    pub(crate) pack: String,
    pub(crate) task: String,
    pub(crate) attempt: u32,
    /// The task's parameters as a document: the run has computed them, the worker does not do so again.
    pub(crate) spec: Value,
    pub(crate) dut: Option<String>,
    pub(crate) ats: Option<String>,
    pub(crate) params: Map<String, Value>,
    pub(crate) resources: Vec<HeldMessage>,
    /// Whether the run keeps what the task writes and records.
    pub(crate) captured: bool,
}

impl RunOrder {
    /// The parameters of the run as they are when the task starts.
    pub(crate) fn global_params(&self) -> Result<GlobalParams, WireError> {
        let dut = self.dut.as_ref().map(DutName::new).transpose();
        let ats = self.ats.as_ref().map(AtsName::new).transpose();
        Ok(GlobalParams::new(
            dut.map_err(|error| WireError::Value {
                expected: "the name of a device",
                found: error.to_string(),
            })?,
            ats.map_err(|error| WireError::Value {
                expected: "the name of a test system",
                found: error.to_string(),
            })?,
            self.params.clone(),
        ))
    }
}
