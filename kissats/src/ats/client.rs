//! The seam behind which resources are owned.

use crate::ats::AtsError;
use crate::model::ResourceNeed;
use crate::reserve::{Claim, Holder, PreReservation, PreReservationId, ReservationId};

/// Everything that one task needs, asked for at once.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReservationRequest {
    /// Who asks; shown to those who have to wait.
    pub holder: Holder,
    /// What is needed, sorted by resource, each resource once.
    pub needs: Vec<ResourceNeed>,
}

impl ReservationRequest {
    /// A request by `holder` for all of `needs`.
    #[must_use]
    pub fn new(holder: Holder, needs: Vec<ResourceNeed>) -> Self {
        Self { holder, needs }
    }
}

/// Someone who owns resources and lends them: in this process, on this host, or on a server.
///
/// The verbs are the original's: request, claim, release. All of a request is granted or nothing,
/// so that a task that waits holds nothing and no two can wait for each other.
pub trait AtsClient: Send + Sync {
    /// Sets aside everything in the request for a while.
    ///
    /// # Errors
    /// [`AtsError::Refused`] if something is held by others; nothing is set aside then.
    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError>;

    /// Takes what was set aside, until it is released.
    ///
    /// # Errors
    /// [`AtsError::Refused`] if it came too late.
    fn claim(&self, id: PreReservationId) -> Result<Claim, AtsError>;

    /// Gives back a claim.
    ///
    /// # Errors
    /// [`AtsError::Refused`] if it is not held.
    fn release(&self, id: ReservationId) -> Result<(), AtsError>;

    /// Gives up what was set aside and not claimed. One that has expired is no error.
    ///
    /// # Errors
    /// Only what keeps the client from reaching the owner.
    fn abandon(&self, id: PreReservationId) -> Result<(), AtsError>;
}
