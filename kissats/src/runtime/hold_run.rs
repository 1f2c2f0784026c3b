//! What a run holds before its first task, in the resource modes that are for the run.

use std::sync::Arc;
use std::time::Duration;

use crate::ats::{
    Acquired, AtsClient, AtsError, HeldRun, PendingReservation, RetryPolicy, acquire,
};
use crate::engine::{Event, Policy};
use crate::model::{Clock, Outcome, StopCause, TaskResult, Timestamp};
use crate::plan::{PlannedTask, RunPlan, Step};
use crate::reserve::{Holder, ReserveError, RunHold};
use crate::runtime::Mail;
use crate::runtime::RunObserver;
use crate::runtime::last_uses::LastUses;
use crate::runtime::said_wait::SaidWait;

/// Why a run does not hold what it needs.
pub(crate) enum NotHeld {
    Refused(AtsError),
    /// The run is over before it has begun.
    Stopped(StopCause),
}

/// Takes what the planned tasks need that may run; what it returns lends it to them, and knows how
/// long it is needed.
pub(super) fn hold_run(
    client: &Arc<dyn AtsClient>,
    clock: &Arc<dyn Clock>,
    plan: &RunPlan,
    policy: &Policy,
    mail: &Mail,
) -> Result<(Arc<HeldRun>, LastUses), NotHeld> {
    let mut others = Duration::ZERO;
    let mut uses = LastUses::default();
    for (_, task) in plan.steps() {
        if task.blocked.is_none() && !task.task.needs_resources() {
            others = others.saturating_add(task.task.est_task_time());
        }
    }
    let tasks = takers(plan).map(|(_, task)| {
        uses.expect(&task.task);
        &task.task
    });
    let hold = RunHold::of(tasks, others);
    let held = take(client, clock, &hold, policy, mail)?;
    Ok((held, uses))
}

/// Takes all of it, waiting for it as long as the most impatient of those would that say how patient they
/// are, and not beyond the deadline.
pub(crate) fn take(
    client: &Arc<dyn AtsClient>,
    clock: &Arc<dyn Clock>,
    hold: &RunHold,
    policy: &Policy,
    mail: &Mail,
) -> Result<Arc<HeldRun>, NotHeld> {
    let request = hold.request(Holder::new("a run"));
    let mut retries = RetryPolicy::default().with_retries(hold.max_retry.unwrap_or_default());
    retries.max_wait = hold.max_wait;
    let give_up_at = hold.max_wait.map(|max_wait| clock.now() + max_wait);
    let (mut pending, mut said) = (None, SaidWait::default());
    loop {
        let now = clock.now();
        let answer = match pending.take() {
            None => acquire(client, request.clone(), retries, now),
            Some(pending) => PendingReservation::claim(pending),
        };
        let again_at = match answer {
            Ok(Acquired::Held(all)) => return Ok(Arc::new(HeldRun::new(all, Arc::clone(clock)))),
            Ok(Acquired::NotBefore(slot)) => {
                let why = slot.waits_for().map(ToString::to_string);
                said.say("the run", &why.unwrap_or_default(), now);
                pending.insert(slot).claimable_at()
            }
            Err(AtsError::Refused {
                source: ref refusal @ ReserveError::Unavailable { available_at, .. },
            }) => {
                if give_up_at.is_some_and(|give_up_at| now >= give_up_at) {
                    return Err(NotHeld::Refused(AtsError::Refused {
                        source: refusal.clone(),
                    }));
                }
                said.say("the run", &refusal.to_string(), now);
                let again_at = available_at.unwrap_or(now + policy.ask_again_after);
                give_up_at.map_or(again_at, |give_up_at| again_at.min(give_up_at))
            }
            Err(error) => return Err(NotHeld::Refused(error)),
        };
        // Never a busy loop, whatever a client says of the time.
        let mut again_at = again_at.max(now + Duration::from_millis(1));
        if let Some(deadline) = policy.deadline() {
            if now >= deadline {
                let limit = policy.global_timeout.unwrap_or_default();
                return Err(NotHeld::Stopped(StopCause::TimedOut(limit)));
            }
            again_at = again_at.min(deadline);
        }
        if !wait_until(again_at, &**clock, mail) {
            return Err(NotHeld::Stopped(StopCause::Interrupted));
        }
    }
}

/// The planned tasks that need something and may run.
fn takers(plan: &RunPlan) -> impl Iterator<Item = (Step, &PlannedTask)> {
    plan.steps().filter(|(_, task)| task.may_need_resources())
}

/// Whether there is anything to hold.
pub(super) fn has_takers(plan: &RunPlan) -> bool {
    takers(plan).next().is_some()
}

/// Waits; `false` if the run was interrupted.
fn wait_until(instant: Timestamp, clock: &dyn Clock, mail: &Mail) -> bool {
    loop {
        let left = instant.since(clock.now());
        if left.is_zero() {
            return true;
        }
        mail.wait(Some(left));
        while let Some(event) = mail.take() {
            if matches!(event, Event::Interrupted) {
                return false;
            }
        }
    }
}

/// Tells the outcomes of a run that never held what it needs: who needs something has failed, the
/// rest was not run. Returns what stopped it.
pub(super) fn tell_not_held(
    reason: &NotHeld,
    plan: &RunPlan,
    observer: &mut impl RunObserver,
) -> StopCause {
    let stopped = match (reason, takers(plan).next()) {
        (NotHeld::Refused(_), Some((_, first))) => StopCause::StoppedBy(first.name.clone()),
        (NotHeld::Stopped(cause), _) => cause.clone(),
        (NotHeld::Refused(_), None) => StopCause::Interrupted,
    };
    for (step, task) in plan.steps() {
        let outcome = match (reason, &task.blocked) {
            (_, Some(blocked)) => Outcome::Blocked(blocked.clone()),
            (NotHeld::Refused(error), None) if task.task.needs_resources() => {
                let mut unmet = error.problem();
                unmet.message = format!("the run could not reserve what its tasks need: {error}");
                Outcome::Failed(vec![TaskResult::broken(unmet, Duration::ZERO)])
            }
            _ => Outcome::NotRun(stopped.clone()),
        };
        observer.ended(plan, step, outcome, None);
    }
    stopped
}
