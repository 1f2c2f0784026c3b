//! The ready tasks, where one runs at a time.

use std::collections::{BTreeSet, VecDeque};

use crate::plan::Step;

/// The ready tasks in the order of their ranks.
///
/// Most are ready from the beginning, in the order in which they run. A list is enough for those; it costs
/// a fraction of what a tree does.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Those that were ready from the beginning, the last one first. None is ever added.
    first: Vec<(usize, Step)>,
    /// Those that have come since.
    later: BTreeSet<(usize, Step)>,
    /// Those that waited until it was their time: before all others, or what is kept for them is given
    /// to somebody else.
    due: VecDeque<Step>,
}

impl Line {
    /// Ready from the beginning, in the order of their ranks, which are their places in the plan.
    pub(super) fn begin(&mut self, steps: impl Iterator<Item = Step>) {
        self.first = steps.map(|step| (step.position(), step)).collect();
        self.first.reverse();
    }

    pub(super) fn insert(&mut self, rank: usize, step: Step) {
        self.later.insert((rank, step));
    }

    /// It is its time: behind those whose time came before, and before all others.
    pub(super) fn insert_due(&mut self, step: Step) {
        self.due.push_back(step);
    }

    pub(super) fn remove(&mut self, rank: usize, step: Step) {
        if self.later.remove(&(rank, step)) {
            return;
        }
        self.due.retain(|other| *other != step);
        // The list runs backwards.
        let place = self.first.binary_search_by(|other| (rank, step).cmp(other));
        if let Ok(place) = place {
            self.first.remove(place);
        }
    }

    /// Gives a task another rank, if it is ready.
    pub(super) fn move_to(&mut self, old: usize, new: usize, step: Step) {
        // Where one is moved, many are: a tree is quicker at that.
        self.later.extend(self.first.drain(..));
        if self.later.remove(&(old, step)) {
            self.later.insert((new, step));
        }
    }

    /// Takes out the one that is next.
    pub(super) fn pop(&mut self) -> Option<Step> {
        if let Some(due) = self.due.pop_front() {
            return Some(due);
        }
        let is_among_first = match (self.first.last(), self.later.first()) {
            (Some(first), Some(later)) => first < later,
            (first, _) => first.is_some(),
        };
        let next = if is_among_first {
            self.first.pop()
        } else {
            self.later.pop_first()
        };
        next.map(|(_, step)| step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(steps: &[usize]) -> Line {
        let mut line = Line::default();
        line.begin(steps.iter().map(|&step| Step::new(step)));
        line
    }

    fn rest(mut line: Line) -> Vec<usize> {
        std::iter::from_fn(|| line.pop().map(Step::position)).collect()
    }

    #[test]
    fn those_that_come_later_stand_where_their_rank_says() {
        let mut ready = line(&[0, 2, 4]);
        ready.insert(3, Step::new(3));
        ready.insert(1, Step::new(9));
        assert_eq!(rest(ready), [0, 9, 2, 3, 4]);
    }

    #[test]
    fn those_whose_time_has_come_are_first_in_order_of_time() {
        let mut ready = line(&[0, 2, 4]);
        for step in [9, 3, 7] {
            ready.insert_due(Step::new(step));
        }
        ready.insert(1, Step::new(1));
        ready.remove(3, Step::new(3));
        assert_eq!(rest(ready), [9, 7, 0, 1, 2, 4]);
    }

    #[test]
    fn who_is_not_ready_is_neither_removed_nor_moved() {
        let mut ready = line(&[0, 2, 4]);
        ready.insert(3, Step::new(3));
        for step in [0, 1, 3, 4, 7] {
            ready.remove(step, Step::new(step));
        }
        ready.move_to(7, 1, Step::new(7));
        assert_eq!(rest(ready), [2]);
        let mut ready = line(&[0, 2, 4]);
        ready.move_to(0, 3, Step::new(0));
        assert_eq!(rest(ready), [2, 0, 4]);
    }
}
