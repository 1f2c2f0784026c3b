//! What the run tells its tasks.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::{AtsName, DutName};

/// The parameters of the run: the device under test, the test system, and whatever the pack wants to be told.
///
/// Given on the command line as `--param key=value`, `--dut` and `--ats`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GlobalParams {
    dut: Option<DutName>,
    ats: Option<AtsName>,
    values: Map<String, Value>,
}

impl GlobalParams {
    pub(crate) fn new(
        dut: Option<DutName>,
        ats: Option<AtsName>,
        values: Map<String, Value>,
    ) -> Self {
        Self { dut, ats, values }
    }

    /// The device under test; `None` runs the tasks of every device.
    #[must_use]
    pub fn dut(&self) -> Option<&DutName> {
        self.dut.as_ref()
    }

    /// The test system; `None` runs the tasks of every system.
    #[must_use]
    pub fn ats(&self) -> Option<&AtsName> {
        self.ats.as_ref()
    }

    /// The value of `key` as JSON.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// The value of `key` as a `T`; `None` if it was not given.
    ///
    /// # Errors
    /// [`ParamError`] if the value is there but is no `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ParamError> {
        self.values
            .get(key)
            .map(|value| {
                T::deserialize(value).map_err(|source| ParamError {
                    key: key.to_owned(),
                    value: value.to_string(),
                    source,
                })
            })
            .transpose()
    }

    pub(crate) fn set(&mut self, key: String, value: Value) {
        self.values.insert(key, value);
    }

    /// Whether a task that requires `key` finds it. `dut` and `ats` are keys like any other.
    pub(crate) fn has(&self, key: &str) -> bool {
        match key {
            "dut" => self.dut.is_some(),
            "ats" => self.ats.is_some(),
            other => self.values.contains_key(other),
        }
    }
}

/// A parameter has a value of another type than the task expects.
#[derive(Debug, thiserror::Error)]
#[error("the parameter `{key}` is `{value}`, which is not what the task expects")]
pub struct ParamError {
    key: String,
    value: String,
    source: serde_json::Error,
}
