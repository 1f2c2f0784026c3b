//! Values for the tasks of a catalog.

use std::ops::Index;

use crate::model::TaskId;

/// A value for some of the tasks: a map whose keys are dense.
#[derive(Debug)]
pub(super) struct ByTask<T> {
    values: Vec<Option<T>>,
    len: usize,
}

impl<T> ByTask<T> {
    /// For none of so many tasks.
    pub(super) fn new(tasks: usize) -> Self {
        let mut values = Vec::new();
        values.resize_with(tasks, || None);
        Self { values, len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, id: TaskId) -> Option<&T> {
        self.values[id.position()].as_ref()
    }

    pub(super) fn get_mut(&mut self, id: TaskId) -> Option<&mut T> {
        self.values[id.position()].as_mut()
    }

    pub(super) fn contains(&self, id: TaskId) -> bool {
        self.values[id.position()].is_some()
    }

    pub(super) fn insert(&mut self, id: TaskId, value: T) {
        if self.values[id.position()].replace(value).is_none() {
            self.len += 1;
        }
    }

    pub(super) fn take(&mut self, id: TaskId) -> Option<T> {
        let value = self.values[id.position()].take();
        self.len -= usize::from(value.is_some());
        value
    }

    /// In order of declaration.
    pub(super) fn iter(&self) -> impl Iterator<Item = (TaskId, &T)> {
        let values = self.values.iter().enumerate();
        values.filter_map(|(position, value)| Some((TaskId::new(position), value.as_ref()?)))
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = TaskId> {
        self.iter().map(|(id, _)| id)
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
