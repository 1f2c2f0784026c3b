//! A held resource on the line.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{FencingToken, HeldResource, InstanceName, ReservationMode, ResourceName};
use crate::wire::WireError;

/// What a task holds, as its worker is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HeldMessage {
    resource: String,
    instance: String,
    exclusive: bool,
    config: Value,
    attributes: Map<String, Value>,
    token: u64,
}

impl From<&HeldResource> for HeldMessage {
    fn from(held: &HeldResource) -> Self {
        Self {
            resource: held.resource.to_string(),
            instance: held.instance.to_string(),
            exclusive: held.mode == ReservationMode::Exclusive,
            config: held.config.clone(),
            attributes: held.attributes.clone(),
            token: held.token.number(),
        }
    }
}

impl TryFrom<HeldMessage> for HeldResource {
    type Error = WireError;

    fn try_from(message: HeldMessage) -> Result<Self, WireError> {
        let mode = if message.exclusive {
            ReservationMode::Exclusive
        } else {
            ReservationMode::Shared
        };
        let resource = ResourceName::new(&message.resource).map_err(|_| WireError::Value {
            expected: "the name of a resource",
            found: message.resource,
        })?;
        let instance = InstanceName::new(&message.instance).map_err(|_| WireError::Value {
            expected: "the name of an instance",
            found: message.instance,
        })?;
        let token = FencingToken::from_number(message.token);
        let mut held = Self::new(resource, instance, mode, token).with_config(message.config);
        held.attributes = message.attributes;
        Ok(held)
    }
}
