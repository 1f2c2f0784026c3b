//! What can be asked of an ATS in words.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ats::AtsError;

/// A command with the original's words and field names.
///
/// Instants and spans are seconds; instants are counted on the clock of whoever answers. What is
/// left out has the original's default: now, an hour, `exclusive`, and the next slot if there is
/// none now. Fields that no command knows are passed over.
///
/// ```
/// # use kissats::{Command, json};
/// let command = Command::from_json(json!({
///     "command": "request_reservation", "resource": "psu", "reservation_duration": 60,
/// }))?;
/// assert!(matches!(command, Command::RequestReservation { next_available: true, .. }));
///
/// let error = Command::from_json(json!({ "command": "claim_reservatoin" })).unwrap_err();
/// assert!(error.to_string().ends_with("did you mean `claim_reservation`?"));
/// # Ok::<(), kissats::AtsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Command {
    /// Every resource that is known.
    GetAllResources,
    /// Every resource that is free at this moment.
    GetAvailableResources,
    /// When a resource could be had alone.
    CheckAvailable {
        /// Which resource.
        resource: String,
        /// From when on; now, if it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_time: Option<f64>,
        /// Until when; an hour later, if both are left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end_time: Option<f64>,
    },
    /// How a resource is set up.
    GetConfig {
        /// Which resource.
        resource: String,
    },
    /// Set a resource aside.
    RequestReservation {
        /// Which resource.
        resource: String,
        /// From when on; now, if it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_needed: Option<f64>,
        /// For how long.
        #[serde(default = "an_hour")]
        reservation_duration: f64,
        /// How it is wished to be set up.
        #[serde(default)]
        configuration: Value,
        /// The same again, as the original sends it; read where `configuration` is left out.
        #[serde(default)]
        resource_config: Value,
        /// `exclusive` or `shared`.
        #[serde(default = "exclusive")]
        reservation_mode: String,
        /// Whether a later slot will do.
        #[serde(default = "yes")]
        next_available: bool,
        /// Who asks; not in the original, where nobody was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<String>,
    },
    /// Take what was set aside.
    ClaimReservation {
        /// What to take.
        pre_reservation_id: u64,
    },
    /// Give something back, claimed or not.
    ReleaseReservation {
        /// An id of either kind.
        reservation_id: u64,
    },
}

/// The command words, sorted.
const WORDS: [&str; 7] = [
    "check_available",
    "claim_reservation",
    "get_all_resources",
    "get_available_resources",
    "get_config",
    "release_reservation",
    "request_reservation",
];

impl Command {
    /// Reads a command.
    ///
    /// # Errors
    /// [`AtsError::BadCommand`] says what is wrong and what would be right.
    pub fn from_json(text: Value) -> Result<Self, AtsError> {
        let bad = |what: String, expected: String| AtsError::BadCommand { what, expected };
        let word = match text.get("command") {
            Some(Value::String(word)) => word.clone(),
            Some(other) => return Err(bad(format!("`command` is `{other}`"), one_of())),
            None => return Err(bad("`command` is missing".to_owned(), one_of())),
        };
        if !WORDS.contains(&word.as_str()) {
            let nearest = crate::ats::registered::nearest(&word, &WORDS);
            let hint = nearest.map(|word| format!("; did you mean `{word}`?"));
            let expected = one_of() + &hint.unwrap_or_default();
            return Err(bad(format!("`command` is `{word}`"), expected));
        }
        serde_json::from_value(text)
            .map_err(|error| bad(format!("the command `{word}`"), error.to_string()))
    }
}

fn one_of() -> String {
    let quoted: Vec<_> = WORDS.iter().map(|word| format!("`{word}`")).collect();
    format!("one of {}", quoted.join(", "))
}

fn an_hour() -> f64 {
    3600.0
}

fn exclusive() -> String {
    "exclusive".to_owned()
}

fn yes() -> bool {
    true
}
