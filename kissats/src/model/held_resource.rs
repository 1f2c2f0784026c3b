//! What a task got.

use std::fmt;

use serde_json::{Map, Value};

use crate::model::{InstanceName, ReservationMode, ResourceName};

/// A number that grows with every claim of an instance.
///
/// A device that remembers the highest token it has seen can refuse a holder whose time has run out.
///
/// ```
/// # use kissats::FencingToken;
/// let (earlier, later) = (FencingToken::from_number(7), FencingToken::from_number(8));
/// assert!(later > earlier);
/// assert_eq!(later.number(), 8);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FencingToken(u64);

impl FencingToken {
    /// The token with this number, for a client that has it from elsewhere.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The token as a number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for FencingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One claimed resource, as the task finds it in its context.
///
/// ```
/// use kissats::prelude::*;
///
/// #[kiss_task(exclusive_resources = ["psu"])]
/// fn rail_voltage(cx: &TaskContext) -> Result<(), String> {
///     let psu = cx.resource("psu").ok_or("the task declares psu")?;
///     let port = psu.config["port"].as_u64().ok_or("the instance has no port")?;
///     println!("{} at port {port}, token {}", psu.instance, psu.token);
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HeldResource {
    /// The name the task asked for.
    pub resource: ResourceName,
    /// The instance it was given.
    pub instance: InstanceName,
    /// Held alone or together with others.
    pub mode: ReservationMode,
    /// The configuration the instance has now: its own, with the task's wishes laid over it.
    pub config: Value,
    /// What the instance is, beside its configuration: what sets it apart from others of its pool.
    pub attributes: Map<String, Value>,
    /// Grows with every claim of the instance.
    pub token: FencingToken,
}

impl HeldResource {
    /// An instance that was claimed elsewhere, for a client that reaches its owner.
    ///
    /// ```
    /// # use kissats::{FencingToken, HeldResource, InstanceName, ReservationMode, ResourceName, json};
    /// let (psu, psu_1) = (ResourceName::new("psu")?, InstanceName::new("psu-1")?);
    /// let held = HeldResource::new(psu, psu_1, ReservationMode::Exclusive, FencingToken::from_number(1))
    ///     .with_config(json!({ "port": 5025 }))
    ///     .with_attribute("amps", 20);
    /// assert_eq!((&held.config["port"], &held.attributes["amps"]), (&json!(5025), &json!(20)));
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn new(
        resource: ResourceName,
        instance: InstanceName,
        mode: ReservationMode,
        token: FencingToken,
    ) -> Self {
        Self {
            resource,
            instance,
            mode,
            config: Value::Null,
            attributes: Map::new(),
            token,
        }
    }

    /// The same with the configuration that its owner told.
    ///
    /// ```
    /// # use kissats::{HeldResource, json};
    /// fn at_home(psu: HeldResource) -> HeldResource {
    ///     psu.with_config(json!({ "address": "127.0.0.1:5025" }))
    /// }
    /// ```
    #[must_use]
    pub fn with_config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// The same with one more attribute that its owner told.
    ///
    /// ```
    /// # use kissats::HeldResource;
    /// fn a_strong_one(psu: HeldResource) -> HeldResource {
    ///     psu.with_attribute("amps", 20)
    /// }
    /// ```
    #[must_use]
    pub fn with_attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(key.into(), value.into());
        self
    }
}
