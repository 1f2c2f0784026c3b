//! Which of the resources that a run holds are still needed.

use crate::model::{LoadedTask, ResourceName};
use crate::plan::Step;

/// What the steps need that are not over.
#[derive(Debug, Default)]
pub(super) struct LastUses {
    /// How many of them need each, in order of the names. What one needs, its task knows: a list for each step
    /// would cost more.
    users: Vec<(ResourceName, usize)>,
    /// They have their outcomes, and what they hold may still be in use: few, each with a body that was given up.
    overdue: Vec<Step>,
}

impl LastUses {
    /// One step more will need what `task` says.
    pub(super) fn expect(&mut self, task: &LoadedTask) {
        for need in task.needs() {
            match self.place_of(&need.resource) {
                Ok(place) => self.users[place].1 += 1,
                Err(place) => self.users.insert(place, (need.resource, 1)),
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
            self.overdue.push(step);
            return Vec::new();
        }
        let mut unneeded = Vec::new();
        for need in task.needs() {
            if let Ok(place) = self.place_of(&need.resource) {
                self.users[place].1 -= 1;
                if self.users[place].1 == 0 {
                    self.users.remove(place);
                    unneeded.push(need.resource);
                }
            }
        }
        unneeded
    }

    /// Where its count is, or belongs.
    fn place_of(&self, resource: &ResourceName) -> Result<usize, usize> {
        self.users
            .binary_search_by(|(known, _)| known.cmp(resource))
    }

    /// The step has given back what it held. Returns what nobody needs any more.
    pub(super) fn gave_back(&mut self, step: Step, task: &LoadedTask) -> Vec<ResourceName> {
        match self.overdue.iter().position(|overdue| *overdue == step) {
            Some(place) => {
                self.overdue.swap_remove(place);
                self.ended(step, task, false)
            }
            // There may be another attempt.
            None => Vec::new(),
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
