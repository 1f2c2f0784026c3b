//! Values for the steps of a run.

use crate::plan::Step;

/// A value for some of the steps: a map whose keys are dense. A step that has none costs a word at most.
#[derive(Debug)]
pub(crate) struct ByStep<T>(Vec<Option<Box<T>>>);

impl<T> ByStep<T> {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn get(&self, step: Step) -> Option<&T> {
        self.0.get(step.position())?.as_deref()
    }

    pub(crate) fn get_mut(&mut self, step: Step) -> Option<&mut T> {
        self.0.get_mut(step.position())?.as_deref_mut()
    }

    pub(crate) fn insert(&mut self, step: Step, value: T) {
        if self.0.len() <= step.position() {
            self.0.resize_with(step.position() + 1, || None);
        }
        self.0[step.position()] = Some(Box::new(value));
    }

    pub(crate) fn remove(&mut self, step: Step) -> Option<T> {
        let value = self.0.get_mut(step.position())?.take()?;
        Some(*value)
    }

    /// In order of the plan.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten().map(|value| &**value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map(calls in prop::collection::vec((0usize..8, 0u8..3), 0..40)) {
            let mut ours = ByStep::new();
            let mut theirs = BTreeMap::new();
            for (number, (position, call)) in calls.into_iter().enumerate() {
                let step = Step::new(position);
                match call {
                    0 => {
                        ours.insert(step, number);
                        theirs.insert(step, number);
                    }
                    1 => prop_assert_eq!(ours.remove(step), theirs.remove(&step)),
                    _ => prop_assert_eq!(ours.get_mut(step), theirs.get_mut(&step)),
                }
                prop_assert_eq!(ours.get(step), theirs.get(&step));
                prop_assert!(ours.values().eq(theirs.values()));
            }
        }
    }
}
