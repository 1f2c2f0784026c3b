//! A claim as an owned value.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::ats::{AtsClient, AtsError};
use crate::model::{HeldResource, ResourceName, Timestamp};
use crate::reserve::{Claim, ReservationId};

/// Resources that are held as long as this value lives: given back when it is released or dropped,
/// whichever way its owner ends.
///
/// ```
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// # use kissats::{Acquired, AtsClient, Clock, Holder, LocalAts, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, RetryPolicy, SystemClock, acquire};
/// # let clock = SystemClock::start();
/// # let client: Arc<dyn AtsClient> = Arc::new(LocalAts::new(Arc::new(clock)));
/// # let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let request = ReservationRequest::new(Holder::new("me"), vec![psu]).lasting(Duration::from_secs(60));
/// let Acquired::Held(mut held) = acquire(&client, request, RetryPolicy::default(), clock.now())? else {
///     panic!("nobody else is here");
/// };
/// println!("{} until {:?}", held.resources()[0].instance, held.ends_at());
/// held.renew(Duration::from_secs(120))?;
/// held.release()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropping a reservation gives its resources back"]
pub struct ResourceReservation {
    client: Arc<dyn AtsClient>,
    /// `None` once it was given back.
    id: Option<ReservationId>,
    resources: Arc<[HeldResource]>,
    ends_at: Option<Timestamp>,
}

impl ResourceReservation {
    pub(crate) fn new(client: Arc<dyn AtsClient>, claim: Claim) -> Self {
        Self {
            client,
            id: Some(claim.id),
            resources: claim.resources.into(),
            ends_at: claim.ends_at,
        }
    }

    /// What is held, sorted by resource.
    #[must_use]
    pub fn resources(&self) -> &Arc<[HeldResource]> {
        &self.resources
    }

    /// When it ends unless it is renewed; `None` if it lasts until it is given back.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.ends_at
    }

    /// Lets it last until `span` from now, if it does not anyway.
    ///
    /// # Errors
    /// [`AtsError::Refused`] if it has ended, or if something is set aside for others before that.
    pub fn renew(&mut self, span: Duration) -> Result<(), AtsError> {
        if let Some(id) = self.id {
            self.ends_at = self.client.renew(id, span)?;
        }
        Ok(())
    }

    /// Gives back one resource and keeps the others. What is not held is no mistake.
    ///
    /// ```
    /// # use kissats::{AtsError, ResourceName, ResourceReservation};
    /// /// The measurement is done; the device is still needed.
    /// fn measured(held: &mut ResourceReservation, scope: &ResourceName) -> Result<(), AtsError> {
    ///     held.release_part(scope)
    /// }
    /// ```
    ///
    /// # Errors
    /// Whatever the client answers; it is held until the rest is given back then.
    pub fn release_part(&mut self, resource: &ResourceName) -> Result<(), AtsError> {
        let is_held = |held: &HeldResource| held.resource == *resource;
        let Some(id) = self.id.filter(|_| self.resources.iter().any(is_held)) else {
            return Ok(());
        };
        self.client.release_part(id, resource)?;
        let left = self.resources.iter().filter(|held| !is_held(held));
        self.resources = left.cloned().collect();
        Ok(())
    }

    /// Gives everything back and says if that went wrong, which dropping cannot.
    ///
    /// # Errors
    /// Whatever the client answers.
    pub fn release(mut self) -> Result<(), AtsError> {
        self.id
            .take()
            .map_or(Ok(()), |id| self.client.release(id.into()))
    }
}

impl Drop for ResourceReservation {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            // Nobody is left to be told; the owner of the resource lets it expire.
            let _ = self.client.release(id.into());
        }
    }
}

impl fmt::Debug for ResourceReservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceReservation")
            .field("id", &self.id)
            .field("resources", &self.resources)
            .field("ends_at", &self.ends_at)
            .finish_non_exhaustive()
    }
}
