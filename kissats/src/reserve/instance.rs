//! One thing that can be held.

use serde_json::{Map, Value};

use crate::model::{FencingToken, InstanceName, ReservationMode};
use crate::reserve::{Holder, TimeWindow};

/// An instance and its own configuration, before any wish is laid over it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InstanceConfig {
    /// Its name.
    pub instance: InstanceName,
    /// How it is set up.
    pub config: Value,
}

impl InstanceConfig {
    /// The configuration of `instance`.
    #[must_use]
    pub fn new(instance: InstanceName, config: Value) -> Self {
        Self { instance, config }
    }
}

/// One instance behind a resource, and who holds it when.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(super) own: InstanceConfig,
    pub(super) attributes: Map<String, Value>,
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
    pub(crate) fn new(name: InstanceName, config: Value) -> Self {
        Self {
            own: InstanceConfig::new(name, config),
            attributes: Map::new(),
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

    pub(crate) fn with_attributes(mut self, attributes: Map<String, Value>) -> Self {
        self.attributes = attributes;
        self
    }

    pub(super) fn next_token(&mut self) -> FencingToken {
        self.tokens_given += 1;
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
