//! From a wish to a held reservation, or to the time at which to come again.

use std::sync::Arc;

use crate::ats::{Acquired, AtsClient, AtsError, PendingReservation, RetryPolicy};
use crate::model::Timestamp;
use crate::reserve::ReservationRequest;

/// Requests, and claims if it is time. Never waits: what is set aside for later is handed back, to
/// be claimed then.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{Acquired, AtsClient, Clock, Holder, LocalAts, ReservationMode, ReservationRequest, ResourceName, ResourceNeed, RetryPolicy, SystemClock, acquire};
/// let clock = SystemClock::start();
/// let ats: Arc<dyn AtsClient> = Arc::new(LocalAts::new(Arc::new(clock)));
/// let psu = ResourceNeed::new(ResourceName::new("psu")?, ReservationMode::Exclusive);
/// let request = ReservationRequest::new(Holder::new("rail_voltage"), vec![psu]);
/// match acquire(&ats, request, RetryPolicy::default(), clock.now())? {
///     Acquired::Held(reservation) => assert_eq!(reservation.resources()[0].instance, "psu"),
///     Acquired::NotBefore(pending) => println!("come again at {}", pending.claimable_at()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`AtsError`] if nothing could be set aside, or only later than the policy allows. Nothing is held
/// then.
pub fn acquire(
    client: &Arc<dyn AtsClient>,
    request: ReservationRequest,
    policy: RetryPolicy,
    now: Timestamp,
) -> Result<Acquired, AtsError> {
    PendingReservation::request(Arc::clone(client), request, policy, now)?.claim()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::ats::hand_clock::HandClock;
    use crate::ats::{LocalAts, ResourceReservation};
    use crate::model::{Clock, ReservationMode, ResourceName, ResourceNeed};
    use crate::reserve::{
        Availability, ClaimAnswer, HoldId, Holder, InstanceConfig, PreReservation,
        PreReservationId, ReservationId,
    };

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_start(Duration::from_secs(seconds))
    }

    /// Finds the first claims too late: with the next slot, or as if it had never heard of them.
    struct Late {
        inner: LocalAts,
        late_claims: AtomicU32,
        offers: bool,
        last: Mutex<Option<ReservationRequest>>,
    }

    impl AtsClient for Late {
        fn resources(&self) -> Result<Vec<ResourceName>, AtsError> {
            self.inner.resources()
        }

        fn available_resources(&self) -> Result<Vec<ResourceName>, AtsError> {
            self.inner.available_resources()
        }

        fn availability(&self, request: &ReservationRequest) -> Result<Availability, AtsError> {
            self.inner.availability(request)
        }

        fn resource_config(
            &self,
            resource: &ResourceName,
        ) -> Result<Vec<InstanceConfig>, AtsError> {
            self.inner.resource_config(resource)
        }

        fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
            *self.last.lock().unwrap() = Some(request.clone());
            self.inner.request(request)
        }

        fn claim(&self, id: PreReservationId) -> Result<ClaimAnswer, AtsError> {
            if self.late_claims.load(Ordering::Relaxed) > 0 {
                self.late_claims.fetch_sub(1, Ordering::Relaxed);
                self.inner.release(id.into())?;
                let last = self.last.lock().unwrap().clone();
                if let Some(request) = last.filter(|_| self.offers) {
                    return Ok(ClaimAnswer::NextSlot(self.inner.request(&request)?));
                }
            }
            self.inner.claim(id)
        }

        fn renew(&self, id: ReservationId, span: Duration) -> Result<Option<Timestamp>, AtsError> {
            self.inner.renew(id, span)
        }

        fn release(&self, id: HoldId) -> Result<(), AtsError> {
            self.inner.release(id)
        }
    }

    fn late(late_claims: u32, offers: bool) -> Arc<dyn AtsClient> {
        Arc::new(Late {
            inner: LocalAts::new(Arc::new(HandClock::default())),
            late_claims: AtomicU32::new(late_claims),
            offers,
            last: Mutex::default(),
        })
    }

    fn request(who: &str) -> ReservationRequest {
        let psu = ResourceName::new("psu").unwrap();
        let need = ResourceNeed::new(psu, ReservationMode::Exclusive);
        ReservationRequest::new(Holder::new(who), vec![need])
    }

    fn take(client: &Arc<dyn AtsClient>) -> Result<ResourceReservation, AtsError> {
        let policy = RetryPolicy::default().with_retries(2);
        match acquire(client, request("test"), policy, Timestamp::START)? {
            Acquired::Held(reservation) => Ok(reservation),
            Acquired::NotBefore(pending) => panic!("{pending:?}"),
        }
    }

    #[test]
    fn a_late_claim_is_tried_again_max_resource_retry_times() {
        for offers in [true, false] {
            assert!(take(&late(2, offers)).is_ok());
            let client = late(3, offers);
            assert_eq!(
                take(&client).unwrap_err().to_string(),
                "the claim came too late 3 times (max_resource_retry = 2)"
            );
            assert!(take(&client).is_ok(), "nothing was left set aside");
        }
    }

    #[test]
    fn a_reservation_is_given_back_by_release_by_drop_and_by_panic() {
        let client = late(0, false);
        let held = take(&client).unwrap();
        assert!(take(&client).is_err());
        held.release().unwrap();
        drop(take(&client).unwrap());
        let in_panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = take(&client).unwrap();
            std::panic::resume_unwind(Box::new("the task broke"));
        }));
        assert!(in_panic.is_err());
        assert!(take(&client).is_ok());
    }

    #[test]
    fn what_is_set_aside_for_later_is_kept_and_claimed_then() {
        let clock = Arc::new(HandClock::default());
        let client: Arc<dyn AtsClient> = Arc::new(LocalAts::new(clock.clone()));
        let span = Duration::from_secs(10);
        let policy = RetryPolicy::default().within(Duration::from_secs(20));
        let ask = |who: &str| acquire(&client, request(who).lasting(span), policy, clock.now());
        let Acquired::Held(first) = ask("a").unwrap() else {
            panic!("nobody is in the way")
        };
        let Acquired::NotBefore(pending) = ask("b").unwrap() else {
            panic!("a holds it")
        };
        assert_eq!(pending.claimable_at(), at(10));
        let why = pending.waits_for().unwrap().to_string();
        assert_eq!(why, "`psu` (exclusive) is held by `a`");
        // Asked before its time, it keeps its slot; a third one comes behind it.
        clock.set(3);
        let Acquired::NotBefore(pending) = pending.claim().unwrap() else {
            panic!("a still holds it")
        };
        let Acquired::NotBefore(third) = ask("c").unwrap() else {
            panic!("b comes first")
        };
        assert_eq!(third.claimable_at(), at(20));
        let refused = ask("d").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`psu` (exclusive) is held by `a`, `b`, and the next slot is at 30s, further ahead than \
             max_resource_wait = 20s allows"
        );
        clock.set(10);
        let Acquired::Held(second) = pending.claim().unwrap() else {
            panic!("it is time")
        };
        assert_eq!(second.ends_at(), Some(at(20)));
        assert!(first.release().is_err(), "its time was over");
        // The third is given up, the second goes early: nothing is left.
        drop((third, second));
        assert!(client.available_resources().unwrap().len() == 1);
        assert!(matches!(ask("e").unwrap(), Acquired::Held(_)));
    }
}
