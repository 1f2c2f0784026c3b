//! What a task asks of the ATS.

use serde_json::{Map, Value};

use crate::model::ResourceName;
use crate::model::word::words;

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
}

impl ResourceNeed {
    /// A need without a wish for a configuration.
    #[must_use]
    pub fn new(resource: ResourceName, mode: ReservationMode) -> Self {
        Self {
            resource,
            mode,
            config: Value::Null,
        }
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
