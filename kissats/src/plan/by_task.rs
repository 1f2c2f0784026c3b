//! Values for the tasks of a catalog.

use std::ops::Index;

use crate::model::TaskId;

/// A value for some of the tasks: a map whose keys are dense.
///
/// What is made of it for tasks that have none is zeroed memory, which costs nearly nothing: whoever
/// picks one task of a hundred thousand does not pay for the others.
#[derive(Debug)]
pub(super) struct ByTask<T> {
    /// For every task, one more than the place of its value; 0 for one without.
    places: Vec<u32>,
    values: Vec<Option<T>>,
    /// Whose values they are.
    owners: Vec<TaskId>,
    len: usize,
}

impl<T> ByTask<T> {
    /// For none of so many tasks.
    pub(super) fn new(tasks: usize) -> Self {
        Self {
            places: vec![0; tasks],
            values: Vec::new(),
            owners: Vec::new(),
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, id: TaskId) -> Option<&T> {
        match self.places[id.position()] {
            0 => None,
            place => self.values[place as usize - 1].as_ref(),
        }
    }

    pub(super) fn get_mut(&mut self, id: TaskId) -> Option<&mut T> {
        match self.places[id.position()] {
            0 => None,
            place => self.values[place as usize - 1].as_mut(),
        }
    }

    pub(super) fn contains(&self, id: TaskId) -> bool {
        self.get(id).is_some()
    }

    pub(super) fn insert(&mut self, id: TaskId, value: T) {
        match self.places[id.position()] {
            0 => {
                self.values.push(Some(value));
                self.owners.push(id);
                self.places[id.position()] = u32::try_from(self.values.len())
                    .expect("a run has fewer than four billion tasks");
                self.len += 1;
            }
            place => {
                let known = self.values[place as usize - 1].replace(value);
                self.len += usize::from(known.is_none());
            }
        }
    }

    pub(super) fn take(&mut self, id: TaskId) -> Option<T> {
        match self.places[id.position()] {
            0 => None,
            place => {
                let value = self.values[place as usize - 1].take();
                self.len -= usize::from(value.is_some());
                value
            }
        }
    }

    /// Of all that ever had a value, in the order in which they first had one.
    pub(super) fn into_owners(self) -> Vec<TaskId> {
        self.owners
    }

    /// In order of declaration.
    pub(super) fn iter(&self) -> impl Iterator<Item = (TaskId, &T)> {
        let ids = self.ids_in_order().into_iter();
        ids.filter_map(|id| Some((id, self.get(id)?)))
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = TaskId> {
        self.iter().map(|(id, _)| id)
    }

    /// Of all that ever had a value: sorted if they are few, looked up one by one if they are many.
    fn ids_in_order(&self) -> Vec<TaskId> {
        const FEW: usize = 16;
        if self.owners.len() < self.places.len() / FEW {
            let mut ids = self.owners.clone();
            ids.sort_unstable();
            return ids;
        }
        let mut ids = Vec::with_capacity(self.owners.len());
        let mut at = 0;
        while at < self.places.len() {
            if self.places[at] != 0 {
                ids.push(TaskId::new(at));
            }
            at += 1;
        }
        ids
    }
}

impl<T> ByTask<Vec<T>> {
    pub(super) fn push(&mut self, id: TaskId, value: T) {
        match self.get_mut(id) {
            Some(values) => values.push(value),
            None => self.insert(id, vec![value]),
        }
    }
}

impl<T> Index<TaskId> for ByTask<T> {
    type Output = T;

    fn index(&self, id: TaskId) -> &T {
        self.get(id).expect("the task has a value")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whether few of the tasks have a value or many, and whatever was taken out before.
        #[test]
        fn it_is_a_map(
            tasks in prop::sample::select(vec![8usize, 400]),
            calls in prop::collection::vec((0usize..8, 0u8..4), 0..40),
        ) {
            let mut ours = ByTask::new(tasks);
            let mut theirs: BTreeMap<TaskId, Vec<usize>> = BTreeMap::new();
            for (number, (position, call)) in calls.into_iter().enumerate() {
                let id = TaskId::new((tasks - 1) * position / 7);
                match call {
                    0 => {
                        ours.insert(id, vec![number]);
                        theirs.insert(id, vec![number]);
                    }
                    1 => {
                        ours.push(id, number);
                        theirs.entry(id).or_default().push(number);
                    }
                    2 => prop_assert_eq!(ours.take(id), theirs.remove(&id)),
                    _ => prop_assert_eq!(ours.get_mut(id), theirs.get_mut(&id)),
                }
                prop_assert_eq!(ours.len(), theirs.len());
                prop_assert_eq!(ours.get(id), theirs.get(&id));
                prop_assert_eq!(ours.contains(id), theirs.contains_key(&id));
                let theirs = theirs.iter().map(|(id, value)| (*id, value));
                prop_assert!(ours.iter().eq(theirs));
            }
        }
    }
}
