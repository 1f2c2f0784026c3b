//! A plan in another order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::Phase;
use crate::plan::{RunPlan, Step};

impl RunPlan {
    /// The same tasks, each as early as its key says and what it waits for allows. Lower comes first;
    /// a teardown comes as soon as it can, so that nothing is left standing for longer than it is used.
    pub(crate) fn ordered_by(self, keys: &[u64]) -> Self {
        let count = self.len();
        let mut open = vec![0_usize; count];
        let mut dependents = vec![Vec::new(); count];
        for (step, task) in self.steps() {
            open[step.position()] = task.requires.len();
            for requirement in &task.requires {
                dependents[requirement.on.position()].push(step.position());
            }
        }
        let entry = |place: usize| {
            let is_teardown = self.task(Step::new(place)).task.phase() == Phase::Teardown;
            Reverse((!is_teardown, keys[place], place))
        };
        let free = (0..count).filter(|&place| open[place] == 0);
        let mut ready: BinaryHeap<_> = free.map(entry).collect();
        let mut order = Vec::with_capacity(count);
        while let Some(Reverse((_, _, place))) = ready.pop() {
            order.push(place);
            for &dependent in &dependents[place] {
                open[dependent] -= 1;
                if open[dependent] == 0 {
                    ready.push(entry(dependent));
                }
            }
        }
        self.in_order(&order)
    }

    /// `order` names every place once, and what is waited for before who waits.
    fn in_order(self, order: &[usize]) -> Self {
        let mut new_step = vec![Step::new(0); self.len()];
        for (place, &old) in order.iter().enumerate() {
            new_step[old] = Step::new(place);
        }
        let mut tasks: Vec<_> = self.into_tasks().into_iter().map(Some).collect();
        let mut plan = Self::default();
        for &old in order {
            let Some(mut task) = tasks[old].take() else {
                continue;
            };
            for requirement in &mut task.requires {
                requirement.on = new_step[requirement.on.position()];
            }
            plan.push(task);
        }
        plan
    }
}
