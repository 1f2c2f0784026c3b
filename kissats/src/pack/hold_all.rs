//! What a run of all queues holds, in the resource modes that are for the run.

#![expect(
    clippy::disallowed_methods,
    reason = "a pack waits on the thread of its caller, who has nothing else to do"
)]

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::ats::{
    Acquired, AtsClient, AtsError, HeldRun, PendingReservation, RetryPolicy, acquire,
};
use crate::engine::Policy;
use crate::model::{Clock, TaskSpec};
use crate::queue::QueuedTask;
use crate::reserve::{Holder, ReserveError, RunHold};

/// Takes everything that the queued tasks need, waiting for it as long as the most impatient of
/// those that need something would; what it returns lends it to them. `None` if they need nothing.
pub(super) fn hold_all(
    client: &Arc<dyn AtsClient>,
    clock: &Arc<dyn Clock>,
    queued: &[QueuedTask],
    policy: &Policy,
) -> Result<Option<Arc<dyn AtsClient>>, AtsError> {
    let takers = || {
        let specs = queued.iter().map(QueuedTask::spec);
        specs.filter(|spec| spec.needs_resources())
    };
    let patience = |spec: &TaskSpec| spec.max_resource_wait.unwrap_or(policy.patience);
    let (Some(max_wait), Some(max_retry)) = (
        takers().map(patience).min(),
        takers().map(|spec| spec.max_resource_retry).min(),
    ) else {
        return Ok(None);
    };
    let hold = RunHold::of(queued.iter().map(QueuedTask::spec));
    let request = hold.request(Holder::new("a run"));
    let retries = RetryPolicy::default()
        .with_retries(max_retry)
        .within(max_wait);
    let give_up_at = clock.now() + max_wait;
    let mut pending = None;
    loop {
        let now = clock.now();
        let answer = match pending.take() {
            None => acquire(client, request.clone(), retries, now),
            Some(pending) => PendingReservation::claim(pending),
        };
        let again_at = match answer {
            Ok(Acquired::Held(all)) => {
                return Ok(Some(Arc::new(HeldRun::new(all, Arc::clone(clock)))));
            }
            Ok(Acquired::NotBefore(slot)) => pending.insert(slot).claimable_at(),
            Err(AtsError::Refused {
                source: ReserveError::Unavailable { available_at, .. },
            }) if now < give_up_at => available_at
                .unwrap_or(now + policy.ask_again_after)
                .min(give_up_at),
            Err(error) => return Err(error),
        };
        // Never a busy loop, whatever a client says of the time.
        thread::sleep(again_at.since(now).max(Duration::from_millis(1)));
    }
}
