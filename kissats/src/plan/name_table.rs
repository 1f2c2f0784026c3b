//! Finds tasks by their names.

use crate::model::TaskId;

/// A hash table from names to tasks, which keeps neither: the names stand elsewhere.
///
/// Bare on purpose: packs are built without optimisation, and every task of a pack passes here, whatever
/// little of it is to run.
#[derive(Debug)]
pub(super) struct NameTable {
    /// Upper half: the hash; lower half: one more than the task's place, 0 for a free slot.
    slots: Vec<u64>,
}

impl NameTable {
    /// For so many tasks.
    pub(super) fn new(tasks: usize) -> Self {
        Self {
            slots: vec![0; (tasks * 2).next_power_of_two().max(2)],
        }
    }

    /// The task that is already known by a name of this hash; if there is none, `id` is from now on.
    pub(super) fn insert(
        &mut self,
        hash: u32,
        id: TaskId,
        is_called: impl Fn(TaskId) -> bool,
    ) -> Option<TaskId> {
        let slots = &mut *self.slots;
        let last = slots.len() - 1;
        let mut at = hash as usize & last;
        loop {
            let slot = slots[at];
            if slot == 0 {
                slots[at] = ((hash as u64) << 32) | (id.position() as u64 + 1);
                return None;
            }
            if (slot >> 32) as u32 == hash && is_called(task_in(slot)) {
                return Some(task_in(slot));
            }
            at = (at + 1) & last;
        }
    }

    pub(super) fn find(&self, hash: u32, is_called: impl Fn(TaskId) -> bool) -> Option<TaskId> {
        let slots = &*self.slots;
        let last = slots.len() - 1;
        let mut at = hash as usize & last;
        loop {
            let slot = slots[at];
            if slot == 0 {
                return None;
            }
            if (slot >> 32) as u32 == hash && is_called(task_in(slot)) {
                return Some(task_in(slot));
            }
            at = (at + 1) & last;
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half is cut out on purpose"
)]
fn task_in(slot: u64) -> TaskId {
    TaskId::new((slot as u32 - 1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::name_hash;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<String> = (0..1000)
            .map(|n| format!("p::{}", "x".repeat(n % 20)) + &n.to_string())
            .collect();
        let is = |name: &str| {
            let name = name.to_owned();
            let names = &names;
            move |id: TaskId| names[id.position()] == name
        };
        let mut table = NameTable::new(names.len());
        for (position, name) in names.iter().enumerate() {
            let id = TaskId::new(position);
            assert_eq!(table.insert(name_hash(name), id, is(name)), None);
        }
        for (position, name) in names.iter().enumerate() {
            let id = TaskId::new(position);
            let hash = name_hash(name);
            assert_eq!(table.find(hash, is(name)), Some(id));
            assert_eq!(table.insert(hash, TaskId::new(7777), is(name)), Some(id));
            let other = format!("{name}x");
            assert_eq!(table.find(name_hash(&other), is(&other)), None);
            assert_eq!(table.find(hash, is(&other)), None, "the same hash");
        }
    }
}
