//! Which of the resources that a run holds are still needed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{LoadedTask, ResourceName};
use crate::plan::Step;

/// The steps that are not over, and what they need.
#[derive(Debug, Default)]
pub(super) struct LastUses {
    needs: BTreeMap<Step, Box<[ResourceName]>>,
    /// How many of them need each.
    users: BTreeMap<ResourceName, usize>,
    /// They have their outcomes, and what they hold may still be in use.
    overdue: BTreeSet<Step>,
}

impl LastUses {
    /// The step will need what `task` says.
    pub(super) fn expect(&mut self, step: Step, task: &LoadedTask) {
        let needs = task.needs().into_iter();
        let names: Box<[ResourceName]> = needs.map(|need| need.resource).collect();
        for name in &names {
            match self.users.get_mut(name) {
                Some(count) => *count += 1,
                None => drop(self.users.insert(name.clone(), 1)),
            }
        }
        self.needs.insert(step, names);
    }

    /// The step has its outcome. Returns what nobody needs any more.
    pub(super) fn ended(&mut self, step: Step, still_holds: bool) -> Vec<ResourceName> {
        if still_holds {
            self.overdue.insert(step);
            return Vec::new();
        }
        let mut unneeded = Vec::new();
        for name in self.needs.remove(&step).unwrap_or_default() {
            if let Some(count) = self.users.get_mut(&name) {
                *count -= 1;
                if *count == 0 {
                    self.users.remove(&name);
                    unneeded.push(name);
                }
            }
        }
        unneeded
    }

    /// The step has given back what it held. Returns what nobody needs any more.
    pub(super) fn gave_back(&mut self, step: Step) -> Vec<ResourceName> {
        if self.overdue.remove(&step) {
            self.ended(step, false)
        } else {
            // There may be another attempt.
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn task(alone: &[&str], shared: &[&str]) -> LoadedTask {
        let names = |words: &[&str]| {
            let names = words.iter().map(|word| ResourceName::new(word).unwrap());
            names.collect::<Vec<_>>()
        };
        let (mut task, _) = crate::plan::tests::task("t", 1);
        let spec = Arc::make_mut(&mut task.resolved_mut().spec);
        spec.exclusive_resources = names(alone);
        spec.shared_resources = names(shared);
        task
    }

    #[test]
    fn what_the_last_user_is_done_with_is_not_needed() {
        let mut uses = LastUses::default();
        let steps = [0, 1, 2].map(Step::new);
        uses.expect(steps[0], &task(&["psu", "oven"], &[]));
        uses.expect(steps[1], &task(&[], &["psu"]));
        assert_eq!(uses.gave_back(steps[0]), [""; 0], "it may try again");
        assert_eq!(uses.ended(steps[0], false), ["oven"]);
        assert_eq!(uses.ended(steps[0], false), [""; 0], "once");
        assert_eq!(uses.ended(steps[2], false), [""; 0], "it needed nothing");
        uses.expect(steps[2], &task(&["psu"], &[]));
        assert_eq!(uses.ended(steps[1], true), [""; 0], "its body still runs");
        assert_eq!(uses.ended(steps[2], false), [""; 0]);
        assert_eq!(uses.gave_back(steps[1]), ["psu"]);
    }
}
