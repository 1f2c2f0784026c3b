//! What a run does about the other processes that belong to it.

use std::sync::Arc;

use serde_json::Map;

use crate::engine::Event;
use crate::model::{GlobalParams, Outcome, Phase, SharedParams};
use crate::plan::{ByStep, PlannedTask, RunPlan, Step};
use crate::runtime::say;
use crate::shared_run::{Look, Member, Recorded, Role, TaskClaim};

/// A run that is this process's part of a larger one.
#[derive(Debug)]
pub(crate) struct Sharing {
    member: Arc<Member>,
    /// What runs in this process, whatever others have done; in the order of the plan.
    private: Vec<Step>,
    /// Each until the outcome is told.
    claims: ByStep<Claimed>,
    /// Whether a failure in one process keeps tasks of another from starting. What is torn down is torn
    /// down.
    heeds_stops: bool,
}

/// A task that is this process's.
#[derive(Debug)]
struct Claimed {
    claim: TaskClaim,
    /// The parameters as they were when it started.
    before: Option<Arc<GlobalParams>>,
}

impl Sharing {
    pub(crate) fn new(member: Arc<Member>, plan: &RunPlan) -> Self {
        Self {
            member,
            private: plan.tied_prerequisites(),
            claims: ByStep::new(),
            heeds_stops: true,
        }
    }

    /// After the last process: the teardowns run here, whatever is known of them. What they need may be
    /// known.
    pub(crate) fn of_teardowns(member: Arc<Member>, plan: &RunPlan) -> Self {
        let teardowns = plan
            .steps()
            .filter(|(_, task)| task.task.phase() == Phase::Teardown);
        let private = teardowns.map(|(step, _)| step).collect();
        Self {
            private,
            heeds_stops: false,
            ..Self::new(member, plan)
        }
    }

    /// Whether what the task writes is to be shown elsewhere as well.
    pub(super) fn records(&self, step: Step, task: &PlannedTask) -> bool {
        !task.selected && !self.is_private(step)
    }

    fn is_private(&self, step: Step) -> bool {
        self.private.binary_search(&step).is_ok()
    }

    /// What the others have done about the step.
    pub(super) fn claim(&mut self, step: Step, task: &PlannedTask, params: &SharedParams) -> Event {
        if self.claims.get(step).is_some() {
            // It has waited for what it needs since.
            return self.unless_stopped(step);
        }
        let role = match task.selected {
            _ if self.is_private(step) => Role::Private,
            true => Role::Own,
            false => Role::Needed,
        };
        let alone = task.task.process_safe() == Some(false);
        let again = task.task.phase() == Phase::Test;
        let name = task.task.full_name_text();
        match self.member.look(&name, role, alone, again) {
            Ok(Look::Claimed(claim)) => {
                let before = None;
                self.claims.insert(step, Claimed { claim, before });
                self.unless_stopped(step)
            }
            Ok(Look::Recorded(recorded)) => {
                let Recorded {
                    outcome,
                    changed,
                    pid,
                    attempt,
                } = *recorded;
                for (key, value) in changed {
                    params.set(key, value);
                }
                Event::Recorded {
                    step,
                    outcome: Box::new(outcome),
                    place: format!("process {pid}, attempt {attempt}"),
                }
            }
            Ok(Look::Elsewhere {
                by: Some((pid, test)),
            }) => Event::Elsewhere {
                step,
                why: format!("process {pid} runs it for `{test}`"),
            },
            Ok(Look::Elsewhere { by: None }) => Event::Elsewhere {
                step,
                why: "another process of the run is at it, or at a task that runs alone".to_owned(),
            },
            // State is never a reason to fail.
            Err(error) => {
                say(&format!(
                    "{name} runs here, and the other processes of the run will not know: {}: {error}",
                    self.member.folder.path().display()
                ));
                Event::Claimed(step)
            }
        }
    }

    fn unless_stopped(&self, step: Step) -> Event {
        let stop = self.heeds_stops.then(|| self.member.suite_stop());
        match stop.flatten() {
            Some((task, place)) => Event::StoppedElsewhere { step, task, place },
            None => Event::Claimed(step),
        }
    }

    /// The default is for this process; whether the others go on after a failure is for the runner to decide,
    /// unless somebody has written it.
    fn stops_the_others(&self, task: &PlannedTask, outcome: &Outcome) -> bool {
        let Outcome::Failed(attempts) = outcome else {
            return false;
        };
        let was_interrupted = attempts.last().is_some_and(|last| last.was_interrupted());
        self.heeds_stops && !was_interrupted && task.task.is_written_to_stop_suite()
    }

    /// The body is about to start.
    pub(super) fn starting(&mut self, step: Step, params: &SharedParams) {
        if let Some(claimed) = self.claims.get_mut(step) {
            claimed.before.get_or_insert_with(|| params.snapshot());
        }
    }

    /// The step has its outcome: the others may know it, and may have the task if there is none to know.
    pub(super) fn ended(
        &mut self,
        step: Step,
        task: &PlannedTask,
        outcome: &Outcome,
        params: &SharedParams,
    ) {
        let Some(Claimed { claim, before }) = self.claims.remove(step) else {
            return;
        };
        if self.stops_the_others(task, outcome)
            && let Err(error) = self.member.stop_suite(&task.name)
        {
            say(&format!(
                "{}: {error}; the other processes of the run go on, although {} has failed",
                self.member.folder.path().display(),
                task.name
            ));
        }
        let changed =
            before.map_or_else(Map::new, |before| params.snapshot().changes_since(&before));
        if let Err(error) = claim.record(outcome, changed) {
            say(&format!(
                "{}: {error}; another process that needs the task will run it again",
                self.member.folder.path().display()
            ));
        }
    }
}
