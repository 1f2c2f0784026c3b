//! What a task asks of the ATS.

use serde_json::{Map, Value};

use crate::model::word::words;
use crate::model::{InstanceName, ResourceName};

/// How a resource is held.
///
/// ```
/// # use kissats::ReservationMode;
/// assert_eq!(ReservationMode::Shared.to_string(), "shared");
/// assert_eq!("exclusive".parse(), Ok(ReservationMode::Exclusive));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReservationMode {
    /// Alone: nobody else holds the instance.
    Exclusive,
    /// Together with any number of other shared holders.
    Shared,
}

words!(ReservationMode {
    Exclusive = "exclusive",
    Shared = "shared",
});

/// One resource that a task needs, how it wants to hold it, and the configuration it asks for.
///
/// ```
/// # use kissats::{ReservationMode, ResourceName, ResourceNeed, json};
/// let need = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive)
///     .with_config(json!({ "limit": 1.5 }));
/// assert_eq!(need.mode.to_string(), "exclusive");
/// # Ok::<(), kissats::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResourceNeed {
    /// Which resource.
    pub resource: ResourceName,
    /// Alone or together with others.
    pub mode: ReservationMode,
    /// What the task wishes the resource to be set to; opaque to kissats, `null` if nothing.
    pub config: Value,
    /// Instances that it takes only if no other is free.
    pub avoid: Vec<InstanceName>,
}

impl ResourceNeed {
    /// A need without a wish for a configuration.
    #[must_use]
    pub fn new(resource: ResourceName, mode: ReservationMode) -> Self {
        Self {
            resource,
            mode,
            config: Value::Null,
            avoid: Vec::new(),
        }
    }

    /// Whether one instance cannot meet both at a time.
    pub(crate) fn conflicts_with(&self, other: &Self) -> bool {
        let is_shared = |need: &Self| need.mode == ReservationMode::Shared;
        self.resource == other.resource && !(is_shared(self) && is_shared(other))
    }

    /// The same need, for other instances than these if one is free; no wait is longer for it.
    ///
    /// ```
    /// # use kissats::{InstanceName, ReservationMode, ResourceName, ResourceNeed};
    /// let need = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive)
    ///     .avoiding([InstanceName::new("psu-1")?]);
    /// assert_eq!(need.avoid[0], "psu-1");
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn avoiding(mut self, instances: impl IntoIterator<Item = InstanceName>) -> Self {
        self.avoid.extend(instances);
        self
    }

    /// The same need with a wish for a configuration.
    #[must_use]
    pub fn with_config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }
}

/// Puts what a task needs in order, each resource once: what it needs in both modes it needs alone.
pub(super) fn settle(needs: &mut Vec<ResourceNeed>, configs: &Map<String, Value>) {
    if needs.len() > 1 {
        needs.sort_by(|one, other| (&one.resource, one.mode).cmp(&(&other.resource, other.mode)));
        needs.dedup_by(|later, earlier| later.resource == earlier.resource);
    }
    if configs.is_empty() {
        return;
    }
    for need in needs {
        if let Some(config) = configs.get(need.resource.as_str()) {
            need.config = config.clone();
        }
    }
}
