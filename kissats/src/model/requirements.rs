//! Whether a task can run with the parameters at hand.

use crate::model::{AtsName, DutName, GlobalParams, TaskSpec};

/// What of a task's declaration the parameters of a run do not meet.
///
/// ```
/// # use kissats::{DutName, GlobalParams, RequirementError, TaskSpec, json};
/// let spec = TaskSpec::from_document(json!({
///     "name": "boots", "description": "", "valid_duts": ["widget-a"], "req_param_keys": ["serial"],
/// }))?;
/// let params = GlobalParams::default().with_dut(DutName::new("widget-b")?);
/// let error = spec.check_requires(&params).unwrap_err();
/// assert_eq!(error, RequirementError::MissingKeys { keys: vec!["serial".to_owned()] });
///
/// let error = spec.check_requires(&params.with("serial", 4711)).unwrap_err();
/// assert_eq!(error.to_string(), "it is not for the device `widget-b`, only for widget-a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequirementError {
    /// Some of `req_param_keys` are not there. The original's `MissingTestParamKey`.
    #[error("it needs the parameters {}", .keys.join(", "))]
    MissingKeys {
        /// Which.
        keys: Vec<String>,
    },
    /// The device under test is not in `valid_duts`. The original's `InvalidDut`.
    #[error("it is not for the device `{dut}`, only for {}", .valid.join(", "))]
    Dut {
        /// The device of the run.
        dut: DutName,
        /// The devices the task is for.
        valid: Vec<String>,
    },
    /// The test system is not in `valid_ats`. The original's `InvalidATS`.
    #[error("it is not for the test system `{ats}`, only for {}", .valid.join(", "))]
    Ats {
        /// The system of the run.
        ats: AtsName,
        /// The systems the task is for.
        valid: Vec<String>,
    },
}

impl TaskSpec {
    /// Those of `req_param_keys` that the parameters do not have.
    ///
    /// ```
    /// # use kissats::{DutName, GlobalParams, TaskName, TaskSpec};
    /// let mut spec = TaskSpec::new(TaskName::new("boots")?);
    /// spec.req_param_keys = vec!["dut".to_owned(), "serial".to_owned()];
    /// let params = GlobalParams::default().with_dut(DutName::new("widget-a")?);
    /// assert_eq!(spec.missing_keys(&params), ["serial"]);
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn missing_keys(&self, params: &GlobalParams) -> Vec<&str> {
        let keys = self.req_param_keys.iter().map(String::as_str);
        keys.filter(|key| !params.has(key)).collect()
    }

    /// Whether the task can run with these parameters: its keys, then the device, then the test system.
    ///
    /// A run asks the same by itself.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskName, TaskSpec};
    /// let spec = TaskSpec::new(TaskName::new("boots")?);
    /// assert_eq!(spec.check_requires(&GlobalParams::default()), Ok(()));
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    ///
    /// # Errors
    /// [`RequirementError`] says what is not met first.
    pub fn check_requires(&self, params: &GlobalParams) -> Result<(), RequirementError> {
        let missing = self.missing_keys(params);
        if !missing.is_empty() {
            let keys = missing.into_iter().map(str::to_owned).collect();
            return Err(RequirementError::MissingKeys { keys });
        }
        if let Some(dut) = params.dut()
            && !accepts(&self.valid_duts, dut.as_str())
        {
            let (dut, valid) = (dut.clone(), self.valid_duts.clone());
            return Err(RequirementError::Dut { dut, valid });
        }
        if let Some(ats) = params.ats()
            && !accepts(&self.valid_ats, ats.as_str())
        {
            let (ats, valid) = (ats.clone(), self.valid_ats.clone());
            return Err(RequirementError::Ats { ats, valid });
        }
        Ok(())
    }
}

/// Whether a name is in a list: to the letter, but `any`, in any case, is every name.
pub(crate) fn accepts(valid: &[String], name: &str) -> bool {
    valid
        .iter()
        .any(|valid| valid == name || valid.eq_ignore_ascii_case("any"))
}
