//! One thing that can be held.

use serde_json::{Map, Value};

use crate::model::{FencingToken, InstanceName, ReservationMode, Timestamp};
use crate::reserve::Holder;

/// One instance behind a resource, and who holds it.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(super) name: InstanceName,
    pub(super) config: Value,
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
    /// When it lapses; a claim lasts until it is released.
    pub(super) until: Option<Timestamp>,
}

impl Instance {
    pub(crate) fn new(name: InstanceName, config: Value) -> Self {
        Self {
            name,
            config,
            attributes: Map::new(),
            holds: Vec::new(),
            tokens_given: 0,
        }
    }

    pub(crate) fn with_attributes(mut self, attributes: Map<String, Value>) -> Self {
        self.attributes = attributes;
        self
    }

    /// Whether one more holder in this mode fits.
    pub(super) fn admits(&self, mode: ReservationMode) -> bool {
        match mode {
            ReservationMode::Exclusive => self.holds.is_empty(),
            ReservationMode::Shared => self
                .holds
                .iter()
                .all(|hold| hold.mode == ReservationMode::Shared),
        }
    }

    pub(super) fn next_token(&mut self) -> FencingToken {
        self.tokens_given += 1;
        FencingToken::new(self.tokens_given)
    }

    /// The instance's own configuration with the holder's wishes laid over it, key by key.
    pub(super) fn configured(&self, wish: &Value) -> Value {
        match (&self.config, wish) {
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
