//! A claim as an owned value.

use std::fmt;
use std::sync::Arc;

use crate::ats::{AtsClient, AtsError};
use crate::model::HeldResource;
use crate::reserve::{Claim, ReservationId};

/// Resources that are held as long as this value lives: given back when it is released or dropped,
/// whichever way its owner ends.
#[must_use = "dropping a reservation gives its resources back"]
pub struct ResourceReservation {
    client: Arc<dyn AtsClient>,
    /// `None` once it was given back.
    id: Option<ReservationId>,
    resources: Arc<[HeldResource]>,
}

impl ResourceReservation {
    pub(crate) fn new(client: Arc<dyn AtsClient>, claim: Claim) -> Self {
        Self {
            client,
            id: Some(claim.id),
            resources: claim.resources.into(),
        }
    }

    /// What is held, sorted by resource.
    #[must_use]
    pub fn resources(&self) -> &Arc<[HeldResource]> {
        &self.resources
    }

    /// Gives everything back and says if that went wrong, which dropping cannot.
    ///
    /// # Errors
    /// Whatever the client answers.
    pub fn release(mut self) -> Result<(), AtsError> {
        self.id.take().map_or(Ok(()), |id| self.client.release(id))
    }
}

impl Drop for ResourceReservation {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            // Nobody is left to be told; the owner of the resource lets it expire.
            let _ = self.client.release(id);
        }
    }
}

impl fmt::Debug for ResourceReservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceReservation")
            .field("id", &self.id)
            .field("resources", &self.resources)
            .finish_non_exhaustive()
    }
}
