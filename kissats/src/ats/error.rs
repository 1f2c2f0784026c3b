//! Why an ATS did not give what was asked for.

use std::time::Duration;

use crate::model::{Problem, ProblemKind, Stage, Timestamp};
use crate::reserve::{Obstacle, ReserveError};

/// What a client answers instead of a reservation.
///
/// ```
/// # use kissats::{AtsError, ReserveError};
/// /// Whether asking again later may help.
/// fn is_busy(error: &AtsError) -> bool {
///     matches!(error, AtsError::Refused { source: ReserveError::Unavailable { .. } } | AtsError::WaitExceeded { .. })
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AtsError {
    /// The owner of the resources said no.
    #[error(transparent)]
    Refused {
        /// What it said.
        #[from]
        source: ReserveError,
    },
    /// The task's claims came too late more often than `max_resource_retry` allows.
    #[error("the claim came too late {tries} times (max_resource_retry = {})", .tries - 1)]
    RetriesExhausted {
        /// How often it was tried.
        tries: u32,
    },
    /// The next slot lies further ahead than `max_resource_wait` allows, or nobody knows of any.
    #[error("{}", too_late(.max_wait, .available_at, .waits_for))]
    WaitExceeded {
        /// How long the wait may last.
        max_wait: Duration,
        /// When the slot starts, if that is known.
        available_at: Option<Timestamp>,
        /// Who is in the way, if the owner says so.
        waits_for: Option<Obstacle>,
    },
    /// A command that is none.
    #[error("{what}: expected {expected}")]
    BadCommand {
        /// The command word or the field, and what is wrong with it.
        what: String,
        /// What would be right.
        expected: String,
    },
    /// The owner could not be reached or did not understand.
    #[error("the ATS cannot be reached")]
    Transport {
        /// What the transport says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl AtsError {
    /// What a task tells that did not get what it needs. To be refused is no fault of anybody's; that
    /// the owner cannot be reached is.
    pub(crate) fn problem(&self) -> Problem {
        let kind = match self {
            Self::Refused { .. } | Self::RetriesExhausted { .. } | Self::WaitExceeded { .. } => {
                ProblemKind::Unmet
            }
            Self::BadCommand { .. } | Self::Transport { .. } => ProblemKind::Error,
        };
        Problem {
            kind,
            ..Problem::from_error(self).in_stage(Stage::Resources)
        }
    }
}

fn too_late(
    max_wait: &Duration,
    available_at: &Option<Timestamp>,
    waits_for: &Option<Obstacle>,
) -> String {
    let why = waits_for.as_ref().map(ToString::to_string);
    match available_at {
        Some(when) => {
            let because = why.map(|why| format!("{why}, and ")).unwrap_or_default();
            format!(
                "{because}the next slot is at {when}, further ahead than max_resource_wait = {max_wait:?} allows"
            )
        }
        None => {
            let because = why.map(|why| format!(", and {why}")).unwrap_or_default();
            format!("waited {max_wait:?} (max_resource_wait){because}")
        }
    }
}

#[cfg(unix)]
impl From<crate::ats::HostError> for AtsError {
    fn from(error: crate::ats::HostError) -> Self {
        Self::Transport {
            source: Box::new(error),
        }
    }
}

/// Why there is no client of the name that was asked for.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClientConfig, AtsClientError, SystemClock, connect_ats_client};
/// let config = AtsClientConfig::new(Arc::new(SystemClock::start()));
/// let error = connect_ats_client("auto", &config).err().unwrap();
/// assert!(matches!(error, AtsClientError::AutoWithoutAts));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AtsClientError {
    /// No client of this name is linked.
    #[error(
        "no ATS client is called `{name}`; there {}{}",
        clients(.registered),
        .nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// What could be asked for, sorted.
        registered: Vec<&'static str>,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// `auto` is the client of the run's test system, and the run has none.
    #[error(
        "`ats_client = auto` takes the client of the run's test system, and none is named; name one with `--ats`, or the client itself"
    )]
    AutoWithoutAts,
    /// Two clients were registered under one name, or one under a word with a meaning.
    #[error("the ATS client `{name}` is registered by {first} and {second}; rename one of the two")]
    RegisteredTwice {
        /// The name.
        name: &'static str,
        /// Where, in order of the module paths.
        first: &'static str,
        /// Where else.
        second: &'static str,
    },
    /// The client was found, and would not start.
    #[error("the ATS client `{name}` could not be started")]
    Failed {
        /// Which.
        name: String,
        /// What it says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

fn clients(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.len() {
        1 => format!("is only {}", quoted.concat()),
        _ => format!("are {}", quoted.join(", ")),
    }
}
