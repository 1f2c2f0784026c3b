//! Some of the steps of a run.

use crate::plan::Step;

/// A set of steps, in the order of the plan.
#[derive(Debug, Default)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Step> {
        self.0.iter().copied()
    }

    pub(super) fn insert(&mut self, step: Step) {
        if let Err(place) = self.0.binary_search(&step) {
            self.0.insert(place, step);
        }
    }

    pub(super) fn remove(&mut self, step: Step) {
        if let Ok(place) = self.0.binary_search(&step) {
            self.0.remove(place);
        }
    }

    /// Only those for whom `is_kept` holds stay: one walk, however many go.
    pub(super) fn retain(&mut self, is_kept: impl Fn(Step) -> bool) {
        self.0.retain(|step| is_kept(*step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_there_once_and_in_order() {
        let mut steps = Steps::default();
        assert!(steps.is_empty());
        for place in [7, 1, 4, 7, 9, 1] {
            steps.insert(Step::new(place));
        }
        let places = |steps: &Steps| steps.iter().map(Step::position).collect::<Vec<_>>();
        assert_eq!(places(&steps), [1, 4, 7, 9]);
        for place in [4, 5, 1, 10] {
            steps.remove(Step::new(place));
        }
        assert_eq!(places(&steps), [7, 9]);
        steps.retain(|step| step.position() > 7);
        assert_eq!(places(&steps), [9]);
        assert!(!steps.is_empty());
    }
}
