//! What the run tells its tasks.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::model::{AtsName, DutName};

/// The parameters of the run: the device under test, the test system, and whatever the pack wants to be told.
///
/// Given on the command line as `--param key=value`, `--dut` and `--ats`, in a document of global
/// parameters ([`RunConfig::from_document`](crate::RunConfig::from_document)), or piece by piece:
///
/// ```
/// # use kissats::{DutName, GlobalParams};
/// let params = GlobalParams::default()
///     .with_dut(DutName::new("widget-a")?)
///     .with("serial", 4711);
/// assert_eq!(params.dut().unwrap(), "widget-a");
/// assert_eq!(params.get::<u32>("serial")?, Some(4711));
/// assert_eq!(params.get::<String>("operator")?, None);
///
/// let error = params.get::<bool>("serial").unwrap_err();
/// assert_eq!(error.to_string(), "the parameter `serial` is `4711`, which is not what the task expects");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GlobalParams {
    dut: Option<DutName>,
    ats: Option<AtsName>,
    values: Map<String, Value>,
}

impl GlobalParams {
    /// The same with this device under test.
    ///
    /// ```
    /// # use kissats::{DutName, GlobalParams};
    /// let params = GlobalParams::default().with_dut(DutName::new("widget-a")?);
    /// assert_eq!(params.json_params(), r#"{"dut":"widget-a"}"#);
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn with_dut(mut self, dut: DutName) -> Self {
        self.dut = Some(dut);
        self
    }

    /// The same with this test system.
    ///
    /// ```
    /// # use kissats::{AtsName, GlobalParams};
    /// let params = GlobalParams::default().with_ats(AtsName::new("rack-3")?);
    /// assert_eq!(params.ats().unwrap(), "rack-3");
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn with_ats(mut self, ats: AtsName) -> Self {
        self.ats = Some(ats);
        self
    }

    /// The same with one more value for the tasks. `dut` and `ats` have methods of their own.
    ///
    /// ```
    /// # use kissats::{GlobalParams, json};
    /// let params = GlobalParams::default()
    ///     .with("serial", 4711)
    ///     .with("limits", json!({ "volts": [11.4, 12.6] }));
    /// assert_eq!(params.value("limits").unwrap()["volts"][0], 11.4);
    /// ```
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(key.into(), value.into());
        self
    }

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
    ///
    /// ```
    /// # use kissats::{AtsName, GlobalParams};
    /// let params = GlobalParams::default().with_ats(AtsName::new("rack-3")?);
    /// assert_eq!(params.ats().unwrap(), "rack-3");
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn ats(&self) -> Option<&AtsName> {
        self.ats.as_ref()
    }

    /// The values that are neither `dut` nor `ats`.
    /// What is in these and not, or not the same, in those before.
    pub(crate) fn changes_since(&self, before: &Self) -> Map<String, Value> {
        let is_new = |(key, value): &(&String, &Value)| before.value(key) != Some(value);
        let changed = self.values().iter().filter(is_new);
        changed
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    pub(crate) fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// The value of `key` as JSON.
    ///
    /// ```
    /// # use kissats::{GlobalParams, json};
    /// let params = GlobalParams::default().with("volts", json!([11.4, 12.6]));
    /// assert_eq!(params.value("volts").unwrap()[1], 12.6);
    /// ```
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

    /// Everything, `dut` and `ats` included, as a type of the pack's own.
    ///
    /// [`Harness::params`](crate::Harness::params) has it checked before anything runs.
    ///
    /// ```
    /// # use kissats::GlobalParams;
    /// #[derive(serde::Deserialize)]
    /// struct BenchParams {
    ///     serial: u32,
    ///     #[serde(default)]
    ///     soak_hours: u32,
    /// }
    ///
    /// let bench: BenchParams = GlobalParams::default().with("serial", 4711).as_type()?;
    /// assert_eq!((bench.serial, bench.soak_hours), (4711, 0));
    /// # Ok::<(), kissats::ParamsError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamsError`] if the parameters are no `T`.
    pub fn as_type<T: DeserializeOwned>(&self) -> Result<T, ParamsError> {
        serde_json::from_value(Value::Object(self.all())).map_err(|source| ParamsError {
            wanted: std::any::type_name::<T>(),
            source,
        })
    }

    /// Everything as one JSON object: the original's `json_params`.
    ///
    /// ```
    /// # use kissats::{DutName, GlobalParams};
    /// let params = GlobalParams::default().with_dut(DutName::new("widget-a")?).with("serial", 4711);
    /// assert_eq!(params.json_params(), r#"{"dut":"widget-a","serial":4711}"#);
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn json_params(&self) -> String {
        Value::Object(self.all()).to_string()
    }

    /// All values, with `dut` and `ats` among them if the run has them.
    fn all(&self) -> Map<String, Value> {
        let mut all = self.values.clone();
        let dut = self.dut.as_ref().map(|name| ("dut", name.as_str()));
        let ats = self.ats.as_ref().map(|name| ("ats", name.as_str()));
        for (key, name) in dut.into_iter().chain(ats) {
            all.insert(key.to_owned(), json!(name));
        }
        all
    }

    pub(crate) fn set_dut(&mut self, dut: Option<DutName>) {
        self.dut = dut;
    }

    pub(crate) fn set_ats(&mut self, ats: Option<AtsName>) {
        self.ats = ats;
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
///
/// ```
/// # use kissats::GlobalParams;
/// let params = GlobalParams::default().with("serial", "none");
/// let error = params.get::<u32>("serial").unwrap_err();
/// assert_eq!((error.key(), error.value()), ("serial", r#""none""#));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the parameter `{key}` is `{value}`, which is not what the task expects")]
pub struct ParamError {
    key: String,
    value: String,
    source: serde_json::Error,
}

impl ParamError {
    /// The parameter.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its value, as JSON.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// The parameters are not what the pack has said they are.
///
/// ```
/// # use kissats::GlobalParams;
/// #[derive(Debug, serde::Deserialize)]
/// struct BenchParams {
///     serial: u32,
/// }
///
/// let error = GlobalParams::default().as_type::<BenchParams>().unwrap_err();
/// assert!(error.wanted().ends_with("BenchParams"));
/// assert!(error.to_string().ends_with("missing field `serial`"));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the parameters are no `{wanted}`: {source}")]
pub struct ParamsError {
    wanted: &'static str,
    source: serde_json::Error,
}

impl ParamsError {
    /// The type that they should have been.
    #[must_use]
    pub fn wanted(&self) -> &'static str {
        self.wanted
    }
}
