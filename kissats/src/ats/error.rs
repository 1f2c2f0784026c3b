//! Why an ATS did not give what was asked for.

use crate::reserve::ReserveError;

/// What a client answers instead of a reservation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AtsError {
    /// The owner of the resources said no.
    #[error(transparent)]
    Refused(#[from] ReserveError),
    /// The task's claims came too late more often than `max_resource_retry` allows.
    #[error("the claim came too late {tries} times (max_resource_retry = {})", .tries - 1)]
    RetriesExhausted {
        /// How often it was tried.
        tries: u32,
        /// The last refusal.
        source: ReserveError,
    },
    /// The owner could not be reached or did not understand.
    #[error("the ATS cannot be reached")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
}
