//! What a task is handed when it runs.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{AtsName, DutName, GlobalParams, HeldResource, ParamsError, TaskName, TaskSpec};

/// What a running task knows: itself, the run's parameters, and the resources it holds.
///
/// ```
/// use kissats::prelude::*;
///
/// #[kiss_task(exclusive_resources = ["psu"])]
/// fn rail_voltage(cx: &TaskContext) -> Result<(), String> {
///     let psu = cx.resource("psu").ok_or("the task declares psu")?;
///     println!("{} measures on {}", cx.name(), psu.instance);
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct TaskContext {
    spec: Arc<TaskSpec>,
    params: Arc<GlobalParams>,
    resources: Arc<[HeldResource]>,
    attempt: u32,
}

impl TaskContext {
    pub(crate) fn new(
        spec: Arc<TaskSpec>,
        params: Arc<GlobalParams>,
        resources: Arc<[HeldResource]>,
        attempt: u32,
    ) -> Self {
        Self {
            spec,
            params,
            resources,
            attempt,
        }
    }

    /// The task's name.
    #[must_use]
    pub fn name(&self) -> &TaskName {
        self.spec.name()
    }

    /// Everything the task declares.
    #[must_use]
    pub fn spec(&self) -> &TaskSpec {
        &self.spec
    }

    /// A value that the function named by the key `params` left for the task.
    #[must_use]
    pub fn extra(&self, key: &str) -> Option<&Value> {
        self.spec.extra.get(key)
    }

    /// The parameters of the run.
    #[must_use]
    pub fn params(&self) -> &GlobalParams {
        &self.params
    }

    /// All parameters of the run as a type of the pack's own.
    ///
    /// # Errors
    /// [`ParamsError`] if they are no `T`.
    pub fn params_as<T: DeserializeOwned>(&self) -> Result<T, ParamsError> {
        self.params.as_type()
    }

    /// The device under test, if the run has one.
    #[must_use]
    pub fn dut(&self) -> Option<&DutName> {
        self.params.dut()
    }

    /// The test system, if the run has one.
    #[must_use]
    pub fn ats(&self) -> Option<&AtsName> {
        self.params.ats()
    }

    /// The instance that the task holds of the resource `name`; `None` if it did not ask for it.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&HeldResource> {
        self.resources.iter().find(|held| held.resource == *name)
    }

    /// Everything the task holds, sorted by resource.
    #[must_use]
    pub fn resources(&self) -> &[HeldResource] {
        &self.resources
    }

    /// Which attempt this is: 1, unless `retries` gave the task another.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }
}
