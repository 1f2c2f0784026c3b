//! Which of the resources that a run holds are still needed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{LoadedTask, ResourceName};
use crate::plan::Step;

/// What the steps need that are not over.
#[derive(Debug, Default)]
pub(super) struct LastUses {
    /// How many of them need each. What one needs, its task knows: a list for each step would cost more.
    users: BTreeMap<ResourceName, usize>,
    /// They have their outcomes, and what they hold may still be in use.
    overdue: BTreeSet<Step>,
}

impl LastUses {
    /// One step more will need what `task` says.
    pub(super) fn expect(&mut self, task: &LoadedTask) {
        for need in task.needs() {
            match self.users.get_mut(&need.resource) {
                Some(count) => *count += 1,
                None => drop(self.users.insert(need.resource, 1)),
            }
        }
    }

    /// The step, which was expected, has its outcome. Returns what nobody needs any more.
    pub(super) fn ended(
        &mut self,
        step: Step,
        task: &LoadedTask,
        still_holds: bool,
    ) -> Vec<ResourceName> {
        if still_holds {
            self.overdue.insert(step);
            return Vec::new();
        }
        let mut unneeded = Vec::new();
        for need in task.needs() {
            if let Some(count) = self.users.get_mut(&need.resource) {
                *count -= 1;
                if *count == 0 {
                    self.users.remove(&need.resource);
                    unneeded.push(need.resource);
                }
            }
        }
        unneeded
    }

    /// The step has given back what it held. Returns what nobody needs any more.
    pub(super) fn gave_back(&mut self, step: Step, task: &LoadedTask) -> Vec<ResourceName> {
        if self.overdue.remove(&step) {
            self.ended(step, task, false)
        } else {
            // There may be another attempt.
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(line: &str) -> LoadedTask {
        crate::plan::tests::task(line, 1).0
    }

    #[test]
    fn what_the_last_user_is_done_with_is_not_needed() {
        let mut uses = LastUses::default();
        let steps = [0, 1, 2].map(Step::new);
        let (both, shared) = (task("t uses psu,oven"), task("t shares psu"));
        let (alone, nothing) = (task("t uses psu"), task("t"));
        uses.expect(&both);
        uses.expect(&shared);
        assert_eq!(uses.gave_back(steps[0], &both), [""; 0], "it may try again");
        assert_eq!(uses.ended(steps[0], &both, false), ["oven"]);
        assert_eq!(uses.ended(steps[2], &nothing, false), [""; 0]);
        uses.expect(&alone);
        assert_eq!(
            uses.ended(steps[1], &shared, true),
            [""; 0],
            "its body still runs"
        );
        assert_eq!(uses.ended(steps[2], &alone, false), [""; 0]);
        assert_eq!(uses.gave_back(steps[1], &shared), ["psu"]);
        assert_eq!(uses.gave_back(steps[1], &shared), [""; 0], "once");
    }
}
