//! Why the ledger says no.

use crate::model::{ResourceName, Timestamp};
use crate::reserve::{Holder, Obstacle, PreReservationId, ReservationId};

/// A refusal. Nothing was set aside and nothing changed.
///
/// ```
/// # use kissats::{ReserveError, Timestamp};
/// /// When it is worth asking again.
/// fn again_at(error: &ReserveError) -> Option<Timestamp> {
///     match error {
///         ReserveError::Unavailable { available_at, .. } => *available_at,
///         ReserveError::TooEarly { claimable_at, .. } => Some(*claimable_at),
///         _ => None,
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReserveError {
    /// Something that was asked for is held by others.
    #[error("{obstacle}{}", until(.available_at))]
    Unavailable {
        /// The first need that could not be met, and who holds it.
        obstacle: Obstacle,
        /// When the whole request could be met, if that is known.
        available_at: Option<Timestamp>,
    },
    /// A resource stands twice in one request.
    #[error("`{resource}` is asked for twice in one request; ask once, for the stronger mode")]
    AskedTwice {
        /// Which one.
        resource: ResourceName,
    },
    /// Something was asked for, for no time at all.
    #[error("the reservation would last no time at all; ask for a duration of more than zero")]
    EmptyWindow,
    /// Nobody here knows the resource.
    #[error("the resource `{resource}` is not known here; known are {}", list(.known))]
    UnknownResource {
        /// What was asked for.
        resource: ResourceName,
        /// What could be asked for.
        known: Vec<ResourceName>,
    },
    /// The resource is there, but not to be had alone.
    #[error(
        "`{resource}` is held shared with others here and cannot be had exclusive; ask for it shared"
    )]
    SharedOnly {
        /// What was asked for.
        resource: ResourceName,
    },
    /// The run held the resource for all its tasks, and none was left that needed it.
    #[error(
        "the run has given `{resource}` back: no task was left that needed it; declare it for a task that runs later, \
         or choose a resource mode in which each task asks for itself, such as `per_task_separate`"
    )]
    GivenBack {
        /// What was asked for.
        resource: ResourceName,
    },
    /// The pre-reservation was claimed before its time.
    #[error(
        "the pre-reservation {id} cannot be claimed yet{}; claim it at {claimable_at} or later",
        because(.waits_for)
    )]
    TooEarly {
        /// What was to be claimed.
        id: PreReservationId,
        /// From when on it may be claimed.
        claimable_at: Timestamp,
        /// Who is in the way now, if that is known.
        waits_for: Option<Obstacle>,
    },
    /// The pre-reservation was claimed too late, or never existed.
    #[error(
        "the pre-reservation {id} does not exist: it has expired, or was claimed or released before"
    )]
    NotPreReserved {
        /// What was to be claimed or released.
        id: PreReservationId,
    },
    /// The reservation was released before, has ended, or never existed.
    #[error("the reservation {id} does not exist: it was released before, or its time is over")]
    NotReserved {
        /// What was to be released or renewed.
        id: ReservationId,
    },
    /// A reservation cannot be extended, because others come next.
    #[error(
        "the reservation {id} cannot be extended beyond {latest_end}: `{resource}` is set aside for `{next}`; release it by then"
    )]
    CannotRenew {
        /// What was to be extended.
        id: ReservationId,
        /// What others wait for.
        resource: ResourceName,
        /// Who comes next.
        next: Holder,
        /// How far it could be extended.
        latest_end: Timestamp,
    },
}

fn until(available_at: &Option<Timestamp>) -> String {
    available_at
        .map(|when| format!("; all that was asked for is free at {when}"))
        .unwrap_or_default()
}

fn because(waits_for: &Option<Obstacle>) -> String {
    waits_for
        .as_ref()
        .map(|obstacle| format!(": {obstacle}"))
        .unwrap_or_default()
}

fn list(names: &[ResourceName]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
