//! What an ATS answers in words.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The answer to a [`Command`](crate::Command), with the original's field names.
///
/// ```
/// # use kissats::{Reply, json};
/// let reply = Reply::Released { release_status: true };
/// assert_eq!(serde_json::to_value(reply)?, json!({ "release_status": true }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Reply {
    /// To `get_all_resources` and `get_available_resources`.
    Resources {
        /// Their names, sorted.
        resource_list: Vec<String>,
    },
    /// To `check_available`.
    Availability {
        /// Whether it could be had exactly when it is wanted.
        available: bool,
        /// When the soonest slot starts; `null` if that is not known.
        avail_start: Option<f64>,
        /// When it ends.
        avail_end: Option<f64>,
    },
    /// To `claim_reservation`: it is yours.
    Claimed {
        /// What to release.
        reservation_id: u64,
        /// When it ends; `null` if it lasts until it is released.
        expire_time: Option<f64>,
        /// How the instance is set up now.
        resource_config: Value,
        /// The instance that was given; not in the original, which had no pools.
        instance: String,
        /// Its fencing token; not in the original.
        fencing_token: u64,
    },
    /// To `request_reservation`.
    PreReserved {
        /// What to claim.
        pre_reservation_id: u64,
        /// From when on.
        time_available: f64,
        /// Before when.
        expire_time: f64,
    },
    /// To `claim_reservation` that came too late: this instead.
    NextSlot {
        /// What to claim.
        pre_reservation_id: u64,
        /// From when on.
        new_avail: f64,
        /// Before when.
        new_expire: f64,
    },
    /// To `get_config`.
    Config {
        /// Which resource.
        resource: String,
        /// How each instance is set up, by its name.
        resource_config: Map<String, Value>,
    },
    /// To `release_reservation`.
    Released {
        /// Whether there was anything to give back.
        release_status: bool,
    },
}
