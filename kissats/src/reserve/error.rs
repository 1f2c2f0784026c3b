//! Why the ledger says no.

use crate::model::{ReservationMode, ResourceName, Timestamp};
use crate::reserve::{Holder, PreReservationId, ReservationId};

/// A refusal. Nothing was set aside and nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReserveError {
    /// Something that was asked for is held by others.
    #[error("`{resource}` ({mode}) is held by {}", holders(.held_by))]
    Unavailable {
        /// The first need that could not be met.
        resource: ResourceName,
        /// How it was wanted.
        mode: ReservationMode,
        /// Who holds it.
        held_by: Vec<Holder>,
        /// When it is free, if that is known.
        available_at: Option<Timestamp>,
    },
    /// The pre-reservation was claimed too late, or never existed.
    #[error(
        "the pre-reservation {id} does not exist: it has expired, or was claimed or released before"
    )]
    NotPreReserved {
        /// What was to be claimed.
        id: PreReservationId,
    },
    /// The reservation was released before, or never existed.
    #[error("the reservation {id} does not exist: it was released before")]
    NotReserved {
        /// What was to be released.
        id: ReservationId,
    },
}

fn holders(names: &[Holder]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
