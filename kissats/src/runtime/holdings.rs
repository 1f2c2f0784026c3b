//! What the steps of a run hold, and what is set aside for them.

use std::sync::Arc;

use crate::ats::{
    Acquired, AtsClient, AtsError, PendingReservation, ResourceReservation, RetryPolicy, acquire,
};
use crate::engine::{Event, Policy};
use crate::model::{
    Clock, HeldResource, InstanceName, ResourceMode, ResourceName, ResourceNeed, RetryOn, Timestamp,
};
use crate::plan::{ByStep, PlannedTask, RunPlan, Step};
use crate::reserve::{Holder, ReservationRequest, ReserveError};
use crate::runtime::hold_run::{NotHeld, hold_run};
use crate::runtime::{Lender, Mail, say};

/// What the run has from its ATS. Dropping it gives everything back.
pub(super) struct Holdings {
    client: Arc<dyn AtsClient>,
    /// Who gives back what `client` lends, when nobody needs it any more.
    lender: Option<Lender>,
    /// What every step holds.
    held: ByStep<ResourceReservation>,
    /// What is set aside for steps that wait until it is their time: few, because nobody waits for what another
    /// waits for already.
    pending: Vec<(Step, PendingReservation)>,
    /// For every step that has failed and wants to be tried on others, what it has failed on.
    failed_on: ByStep<Vec<(ResourceName, InstanceName)>>,
}

impl Holdings {
    pub(super) fn new(client: Arc<dyn AtsClient>, lender: Option<Lender>) -> Self {
        Self {
            client,
            lender,
            held: ByStep::new(),
            pending: Vec::new(),
            failed_on: ByStep::new(),
        }
    }

    /// Takes what all steps need, and puts it in the place of the ATS.
    pub(super) fn hold_run(
        &mut self,
        plan: &RunPlan,
        policy: &Policy,
        clock: &Arc<dyn Clock>,
        mail: &Mail,
    ) -> Result<(), NotHeld> {
        let (held, uses) = hold_run(&self.client, clock, plan, policy, mail)?;
        self.client = Arc::clone(&held) as Arc<dyn AtsClient>;
        // After this run comes nobody.
        self.lender = Some(Lender::new(held, |_| false).with_uses(uses));
        Ok(())
    }

    /// What is held for all is needed by every step from this place on.
    pub(super) fn expect_uses(&mut self, plan: &RunPlan, first: usize) {
        let Some(lender) = &mut self.lender else {
            return;
        };
        for step in (first..plan.len()).map(Step::new) {
            lender.expect(plan.task(step));
        }
    }

    /// Asks for everything the step needs, or claims what was set aside when it was asked for before.
    pub(super) fn reserve(&mut self, step: Step, plan: &RunPlan, now: Timestamp) -> Event {
        let answer = match self.take_pending(step) {
            Some(pending) => pending.claim(),
            None => {
                let PlannedTask { name, task, .. } = plan.task(step);
                let mut needs = task.needs();
                for (resource, instance) in self.failed_on.get(step).into_iter().flatten() {
                    for need in needs.iter_mut().filter(|need| need.resource == *resource) {
                        need.avoid.push(instance.clone());
                    }
                }
                if let Some(pending) = self.waits_already(&needs) {
                    return Event::Unavailable {
                        step,
                        why: why(pending),
                        available_at: None,
                    };
                }
                let request = ReservationRequest::new(Holder::new(name.as_str()), needs)
                    .until_released(task.est_task_time())
                    .in_line();
                let mut retries = RetryPolicy::default().with_retries(task.max_resource_retry());
                retries.max_wait = task.max_resource_wait();
                acquire(&self.client, request, retries, now)
            }
        };
        match answer {
            Ok(Acquired::Held(reservation)) => {
                self.held.insert(step, reservation);
                Event::Reserved(step)
            }
            Ok(Acquired::NotBefore(pending)) => {
                let available_at = Some(pending.claimable_at());
                let why = why(&pending);
                self.pending.push((step, pending));
                Event::Unavailable {
                    step,
                    why,
                    available_at,
                }
            }
            Err(AtsError::Refused {
                source: refusal @ ReserveError::Unavailable { available_at, .. },
            }) => Event::Unavailable {
                step,
                why: refusal.to_string(),
                available_at,
            },
            Err(error) => Event::ReserveFailed {
                step,
                problem: error.problem(),
            },
        }
    }

    /// Who of this run waits for some of this already: one place in line is enough for all of them.
    fn waits_already(&self, needs: &[ResourceNeed]) -> Option<&PendingReservation> {
        let conflicts = |(_, pending): &&(Step, PendingReservation)| {
            let mut theirs = pending.wish().needs.iter();
            theirs.any(|theirs| needs.iter().any(|need| need.conflicts_with(theirs)))
        };
        let waiting = self.pending.iter().filter(conflicts);
        let (_, first) = waiting.min_by_key(|(step, _)| *step)?;
        Some(first)
    }

    fn take_pending(&mut self, step: Step) -> Option<PendingReservation> {
        let mut pending = self.pending.iter();
        let place = pending.position(|(waits, _)| *waits == step)?;
        Some(self.pending.swap_remove(place).1)
    }

    /// The step gives back everything; if it is tried again, it may want others then.
    pub(super) fn release(
        &mut self,
        step: Step,
        task: &PlannedTask,
        is_tried_again: bool,
        mode: ResourceMode,
    ) {
        if let Some(held) = self.held.remove(step) {
            if is_tried_again && task.task.retries().on == RetryOn::OtherInstance {
                self.remember_failed_on(step, task, &held, mode);
            }
            if let Err(error) = held.release() {
                let name = &task.name;
                say(&format!(
                    "what `{name}` held could not be given back: {error}"
                ));
            }
        }
        if let Some(lender) = &mut self.lender {
            lender.gave_back(step, task);
        }
    }

    fn remember_failed_on(
        &mut self,
        step: Step,
        task: &PlannedTask,
        held: &ResourceReservation,
        mode: ResourceMode,
    ) {
        if mode.is_for_the_run() && self.failed_on.get(step).is_none() {
            let name = &task.name;
            say(&format!(
                "{name} asks for another instance, and there is none: in the resource mode `{mode}` the run \
                 holds one of each; `--resource-mode per_task_combine` leaves the choice to the task"
            ));
        }
        let resources = held.resources().iter();
        let instances = resources.map(|held| (held.resource.clone(), held.instance.clone()));
        let mut failed_on = self.failed_on.remove(step).unwrap_or_default();
        failed_on.extend(instances);
        self.failed_on.insert(step, failed_on);
    }

    /// The step has its outcome.
    pub(super) fn ended(&mut self, step: Step, task: &PlannedTask) {
        self.take_pending(step);
        self.failed_on.remove(step);
        if let Some(lender) = &mut self.lender {
            lender.ended(step, task, self.held.get(step).is_some());
        }
    }

    /// What the step holds.
    pub(super) fn resources(&self, step: Step) -> Arc<[HeldResource]> {
        let held = self.held.get(step);
        held.map(|held| Arc::clone(held.resources()))
            .unwrap_or_default()
    }
}

/// For what it waits.
fn why(pending: &PendingReservation) -> String {
    match pending.waits_for() {
        Some(obstacle) => obstacle.to_string(),
        None => {
            let when = pending.claimable_at();
            format!("what it needs is set aside for it from {when} on")
        }
    }
}
