//! From a wish to a held reservation.

use std::sync::Arc;

use crate::ats::{AtsClient, AtsError, ReservationRequest, ResourceReservation};
use crate::reserve::ReserveError;

/// Requests and claims; a claim that came too late is requested anew, `max_retry` times at most.
pub(crate) fn acquire(
    client: &Arc<dyn AtsClient>,
    request: &ReservationRequest,
    max_retry: u32,
) -> Result<ResourceReservation, AtsError> {
    let mut tries = 0;
    loop {
        let granted = client.request(request)?;
        match client.claim(granted.id) {
            Ok(claim) => return Ok(ResourceReservation::new(Arc::clone(client), claim)),
            Err(AtsError::Refused(source @ ReserveError::NotPreReserved { .. })) => {
                tries += 1;
                if tries > max_retry {
                    return Err(AtsError::RetriesExhausted { tries, source });
                }
            }
            Err(other) => {
                // What is set aside would keep others waiting until it expires.
                let _ = client.abandon(granted.id);
                return Err(other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::ats::LocalAts;
    use crate::model::{Clock, ReservationMode, ResourceName, ResourceNeed, Timestamp};
    use crate::reserve::{Claim, Holder, PreReservation, PreReservationId, ReservationId};

    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::START
        }
    }

    /// Grants everything, and finds the first claims too late.
    struct Late {
        inner: LocalAts,
        late_claims: AtomicU32,
    }

    impl AtsClient for Late {
        fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
            self.inner.request(request)
        }

        fn claim(&self, id: PreReservationId) -> Result<Claim, AtsError> {
            if self.late_claims.load(Ordering::Relaxed) > 0 {
                self.late_claims.fetch_sub(1, Ordering::Relaxed);
                self.inner.abandon(id)?;
            }
            self.inner.claim(id)
        }

        fn release(&self, id: ReservationId) -> Result<(), AtsError> {
            self.inner.release(id)
        }

        fn abandon(&self, id: PreReservationId) -> Result<(), AtsError> {
            self.inner.abandon(id)
        }
    }

    fn client(late_claims: u32) -> Arc<dyn AtsClient> {
        Arc::new(Late {
            inner: LocalAts::new(Arc::new(Stopped)),
            late_claims: AtomicU32::new(late_claims),
        })
    }

    fn request() -> ReservationRequest {
        let need = ResourceNeed::new(
            ResourceName::new("psu").unwrap(),
            ReservationMode::Exclusive,
        );
        ReservationRequest::new(Holder::new("test"), vec![need])
    }

    #[test]
    fn a_late_claim_is_tried_again_max_resource_retry_times() {
        assert!(acquire(&client(2), &request(), 2).is_ok());
        let error = acquire(&client(3), &request(), 2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the claim came too late 3 times (max_resource_retry = 2)"
        );
    }

    #[test]
    fn a_reservation_is_given_back_by_release_by_drop_and_by_panic() {
        let client = client(0);
        let held = acquire(&client, &request(), 0).unwrap();
        assert!(acquire(&client, &request(), 0).is_err());
        held.release().unwrap();
        drop(acquire(&client, &request(), 0).unwrap());
        let in_panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = acquire(&client, &request(), 0).unwrap();
            std::panic::resume_unwind(Box::new("the task broke"));
        }));
        assert!(in_panic.is_err());
        assert!(acquire(&client, &request(), 0).is_ok());
    }
}
