//! What a run holds for all its tasks, given back piece by piece.

use std::sync::Arc;

use crate::ats::HeldRun;
use crate::model::ResourceName;
use crate::plan::{PlannedTask, Step};
use crate::runtime::last_uses::LastUses;
use crate::runtime::say;

/// Gives each resource back when the last task that needs it is over.
pub(crate) struct Lender {
    held: Arc<HeldRun>,
    uses: LastUses,
    /// Whether anybody who comes after this run needs it.
    is_needed_later: Box<dyn Fn(&ResourceName) -> bool + Send>,
}

impl Lender {
    pub(crate) fn new(
        held: Arc<HeldRun>,
        is_needed_later: impl Fn(&ResourceName) -> bool + Send + 'static,
    ) -> Self {
        Self {
            held,
            uses: LastUses::default(),
            is_needed_later: Box::new(is_needed_later),
        }
    }

    /// What the steps of the run need was counted when it was asked for.
    pub(super) fn with_uses(mut self, uses: LastUses) -> Self {
        self.uses = uses;
        self
    }

    pub(super) fn expect(&mut self, task: &PlannedTask) {
        if task.may_need_resources() {
            self.uses.expect(&task.task);
        }
    }

    /// The step has its outcome; `still_holds` if what it holds may still be in use.
    pub(super) fn ended(&mut self, step: Step, task: &PlannedTask, still_holds: bool) {
        if task.may_need_resources() {
            let unneeded = self.uses.ended(step, &task.task, still_holds);
            self.give_back(&unneeded);
        }
    }

    /// The step has given back what it held.
    pub(super) fn gave_back(&mut self, step: Step, task: &PlannedTask) {
        let unneeded = self.uses.gave_back(step, &task.task);
        self.give_back(&unneeded);
    }

    fn give_back(&self, unneeded: &[ResourceName]) {
        for resource in unneeded {
            if (self.is_needed_later)(resource) {
                continue;
            }
            if let Err(error) = self.held.give_back(resource) {
                say(&format!(
                    "`{resource}` could not be given back before the end of the run: {error}"
                ));
            }
        }
    }
}
