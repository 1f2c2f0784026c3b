//! The seam behind which resources are owned.

use std::time::Duration;

use crate::ats::AtsError;
use crate::model::{ResourceName, Timestamp};
use crate::reserve::{
    Availability, ClaimAnswer, HoldId, InstanceConfig, PreReservation, PreReservationId,
    ReservationId, ReservationRequest,
};

/// Someone who owns resources and lends them: in this process, on this host, or on a server.
///
/// The verbs are the original's: request, claim, release. All of a request is granted or nothing,
/// so that a task that waits holds nothing and no two can wait for each other. No call waits: what
/// cannot be had now is set aside for later, or refused.
///
/// Instants are those of the [`Clock`](crate::Clock) that the client was given; a client of a server
/// translates, so that nobody's clock decides who holds what.
///
/// ```
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// # use kissats::{AtsClient, ClaimAnswer, Holder, LocalAts, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, SystemClock};
/// let ats = LocalAts::new(Arc::new(SystemClock::start()));
/// let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let request = |who| ReservationRequest::new(Holder::new(who), vec![psu.clone()])
///     .lasting(Duration::from_secs(60));
///
/// let first = ats.request(&request("ada"))?;
/// let second = ats.request(&request("bob"))?;
/// assert_eq!(second.claimable_at, first.claimable_at + Duration::from_secs(60));
///
/// let ClaimAnswer::Claimed(claim) = ats.claim(first.id)? else { panic!("it is in time") };
/// assert!(ats.claim(second.id).is_err(), "it is not bob's turn yet");
/// ats.release(claim.id.into())?;
/// assert!(matches!(ats.claim(second.id)?, ClaimAnswer::Claimed(_)), "ada has gone early");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait AtsClient: Send + Sync {
    /// Every resource that the owner knows, sorted (`get_all_resources`).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use kissats::{AtsClient, AtsError, LocalAts, SystemClock};
    /// # let ats = LocalAts::new(Arc::new(SystemClock::start()));
    /// for resource in ats.resources()? {
    ///     println!("{resource}: {} instances", ats.resource_config(&resource)?.len());
    /// }
    /// # Ok::<(), AtsError>(())
    /// ```
    ///
    /// # Errors
    /// Only what keeps the client from reaching the owner.
    fn resources(&self) -> Result<Vec<ResourceName>, AtsError>;

    /// Every resource of which something is free at this moment, sorted (`get_available_resources`).
    ///
    /// ```
    /// # use kissats::{AtsClient, AtsError};
    /// fn is_free(ats: &dyn AtsClient, resource: &str) -> Result<bool, AtsError> {
    ///     Ok(ats.available_resources()?.iter().any(|free| *free == resource))
    /// }
    /// ```
    ///
    /// # Errors
    /// Only what keeps the client from reaching the owner.
    fn available_resources(&self) -> Result<Vec<ResourceName>, AtsError>;

    /// When `request` could be met, without asking for it (`check_available`).
    ///
    /// ```
    /// # use kissats::{AtsClient, AtsError, ReservationRequest, Timestamp};
    /// /// When all of it could be had at once, as far as anybody knows.
    /// fn soonest(ats: &dyn AtsClient, request: &ReservationRequest) -> Result<Option<Timestamp>, AtsError> {
    ///     Ok(ats.availability(request)?.soonest.map(|window| window.starts_at))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`AtsError::Refused`] if it could never be met, or is no request.
    fn availability(&self, request: &ReservationRequest) -> Result<Availability, AtsError>;

    /// The instances behind `resource` and how they are set up (`get_config`).
    ///
    /// ```
    /// # use kissats::{AtsClient, AtsError, ResourceName};
    /// /// How many instances can give so many amperes.
    /// fn strong_ones(ats: &dyn AtsClient, psu: &ResourceName, amps: f64) -> Result<usize, AtsError> {
    ///     let amps_of = |attribute: Option<&kissats::Value>| attribute.and_then(|value| value.as_f64());
    ///     let instances = ats.resource_config(psu)?.into_iter();
    ///     Ok(instances.filter(|one| amps_of(one.attributes.get("amps")) >= Some(amps)).count())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`AtsError::Refused`] if the owner does not know it.
    fn resource_config(&self, resource: &ResourceName) -> Result<Vec<InstanceConfig>, AtsError>;

    /// Sets aside everything in the request for its earliest window (`request_reservation`).
    ///
    /// # Errors
    /// [`AtsError::Refused`] if there is no such window; nothing is set aside then.
    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError>;

    /// Takes what was set aside (`claim_reservation`). One that comes too late may be answered with
    /// the next slot.
    ///
    /// # Errors
    /// [`AtsError::Refused`] if it came too early, or too late and there is no next slot.
    fn claim(&self, id: PreReservationId) -> Result<ClaimAnswer, AtsError>;

    /// Lets a claim last until `span` from now, if it does not anyway. Says when it ends, `None` if
    /// only by a release.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use kissats::{AtsClient, AtsError, Claim};
    /// fn ten_more_minutes(ats: &dyn AtsClient, claim: &mut Claim) -> Result<(), AtsError> {
    ///     claim.ends_at = ats.renew(claim.id, Duration::from_secs(600))?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`AtsError::Refused`] if it has ended, or if something is set aside for others before that.
    fn renew(&self, id: ReservationId, span: Duration) -> Result<Option<Timestamp>, AtsError>;

    /// Gives back a claim, or gives up what was set aside (`release_reservation`). What was set
    /// aside and has expired is no error.
    ///
    /// # Errors
    /// [`AtsError::Refused`] if there is nothing of the kind.
    fn release(&self, id: HoldId) -> Result<(), AtsError>;

    /// Gives back one resource of a claim, which lasts with the rest of what it holds.
    ///
    /// An owner that lends as a whole only may leave this as it is: then the resource stays held until
    /// the claim is released.
    ///
    /// ```
    /// # use kissats::{AtsClient, AtsError, Claim};
    /// /// Gives back what is not needed any more, the first resource first.
    /// fn give_back_first(ats: &dyn AtsClient, claim: &mut Claim) -> Result<(), AtsError> {
    ///     let first = claim.resources.remove(0);
    ///     ats.release_part(claim.id, &first.resource)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`AtsError::Refused`] if there is no such claim, or the resource is not part of it.
    fn release_part(&self, id: ReservationId, resource: &ResourceName) -> Result<(), AtsError> {
        let _ = (id, resource);
        Ok(())
    }
}
