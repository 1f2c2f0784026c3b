//! One thing that can be held.

use serde_json::{Map, Value};

use crate::model::{FencingToken, InstanceName, ReservationMode, ResourceName};
use crate::reserve::{Holder, TimeWindow};

/// One instance behind a resource: what it is, and how it is set up before any wish is laid over that.
///
/// ```
/// # use kissats::{InstanceConfig, InstanceName, ResourceName, json};
/// let psu = InstanceConfig::new(ResourceName::new("psu")?, InstanceName::new("psu-2")?)
///     .with_config(json!({ "port": 5026 }))
///     .with_attribute("amps", 20);
/// assert_eq!(psu.attributes["amps"], 20);
/// # Ok::<(), kissats::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InstanceConfig {
    /// The resource that it stands behind.
    pub resource: ResourceName,
    /// Its name.
    pub instance: InstanceName,
    /// How it is set up: what its holder finds.
    pub config: Value,
    /// What sets it apart from others of its pool.
    pub attributes: Map<String, Value>,
}

impl InstanceConfig {
    /// An instance without configuration and attributes.
    ///
    /// ```
    /// # use kissats::{InstanceConfig, InstanceName, ResourceName};
    /// let psu = InstanceConfig::new(ResourceName::new("psu")?, InstanceName::new("psu-1")?);
    /// assert!(psu.config.is_null() && psu.attributes.is_empty());
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn new(resource: ResourceName, instance: InstanceName) -> Self {
        Self {
            resource,
            instance,
            config: Value::Null,
            attributes: Map::new(),
        }
    }

    /// The same with this configuration.
    #[must_use]
    pub fn with_config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// The same with one more attribute.
    #[must_use]
    pub fn with_attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(key.into(), value.into());
        self
    }

    /// The same with these attributes in the place of its own.
    pub(crate) fn with_attributes(mut self, attributes: Map<String, Value>) -> Self {
        self.attributes = attributes;
        self
    }
}

/// One instance behind a resource, and who holds it when.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(super) own: InstanceConfig,
    pub(super) holds: Vec<Hold>,
    tokens_given: u64,
}

/// One share in an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) entry: u64,
    pub(super) holder: Holder,
    pub(super) mode: ReservationMode,
    pub(super) window: TimeWindow,
}

impl Instance {
    pub(crate) fn new(own: InstanceConfig) -> Self {
        Self {
            own,
            holds: Vec::new(),
            tokens_given: 0,
        }
    }

    /// Who keeps another holder in this mode out of this window.
    pub(super) fn in_the_way(
        &self,
        mode: ReservationMode,
        window: TimeWindow,
    ) -> impl Iterator<Item = &Hold> {
        let excludes = move |hold: &&Hold| {
            let both_shared =
                mode == ReservationMode::Shared && hold.mode == ReservationMode::Shared;
            !both_shared && hold.window.overlaps(window)
        };
        self.holds.iter().filter(excludes)
    }

    pub(super) fn next_token(&mut self, above: u64) -> FencingToken {
        self.tokens_given = self.tokens_given.max(above) + 1;
        FencingToken::from_number(self.tokens_given)
    }

    /// The instance's own configuration with the holder's wishes laid over it, key by key.
    pub(super) fn configured(&self, wish: &Value) -> Value {
        match (&self.own.config, wish) {
            (own, Value::Null) => own.clone(),
            (Value::Object(own), Value::Object(wish)) => {
                let mut merged = own.clone();
                merged.extend(wish.clone());
                Value::Object(merged)
            }
            (_, wish) => wish.clone(),
        }
    }
}
