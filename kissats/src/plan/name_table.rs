//! Finds tasks by their names.

use crate::model::TaskId;

/// A hash table from names to tasks, which keeps neither: the names stand elsewhere.
///
/// Bare on purpose: packs are built without optimisation, and every task of a pack passes here, whatever
/// little of it is to run.
#[derive(Debug)]
pub(super) struct NameTable {
    /// Upper half: that of the hash; lower half: one more than the task's place, 0 for a free slot.
    slots: Vec<u64>,
}

const UPPER_HALF: u64 = 0xffff_ffff_0000_0000;

impl NameTable {
    /// For so many tasks.
    pub(super) fn new(tasks: usize) -> Self {
        Self {
            slots: vec![0; (tasks * 2).next_power_of_two().max(2)],
        }
    }

    /// The task that is already known by the name; if there is none, `id` is from now on.
    pub(super) fn insert(
        &mut self,
        name: &str,
        id: TaskId,
        is_called: impl Fn(TaskId, &str) -> bool,
    ) -> Option<TaskId> {
        let hash = hash(name);
        let slots = &mut *self.slots;
        let mut at = first_slot(hash, slots.len());
        loop {
            let slot = slots[at];
            if slot == 0 {
                slots[at] = (hash & UPPER_HALF) | (id.position() as u64 + 1);
                return None;
            }
            if slot & UPPER_HALF == hash & UPPER_HALF && is_called(task_in(slot), name) {
                return Some(task_in(slot));
            }
            at = next_slot(at, slots.len());
        }
    }

    pub(super) fn find(
        &self,
        name: &str,
        is_called: impl Fn(TaskId, &str) -> bool,
    ) -> Option<TaskId> {
        let hash = hash(name);
        let slots = &*self.slots;
        let mut at = first_slot(hash, slots.len());
        loop {
            let slot = slots[at];
            if slot == 0 {
                return None;
            }
            if slot & UPPER_HALF == hash & UPPER_HALF && is_called(task_in(slot), name) {
                return Some(task_in(slot));
            }
            at = next_slot(at, slots.len());
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the table is smaller than what is cut off"
)]
fn first_slot(hash: u64, slots: usize) -> usize {
    hash as usize & (slots - 1)
}

fn next_slot(at: usize, slots: usize) -> usize {
    (at + 1) & (slots - 1)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half is cut out on purpose"
)]
fn task_in(slot: u64) -> TaskId {
    TaskId::new((slot as u32 - 1) as usize)
}

/// Eight bytes at a time, the last ones perhaps twice.
fn hash(text: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let bytes = text.as_bytes();
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    let mut at = 0;
    while at < words.len() {
        hash = (hash ^ u64::from_le_bytes(words[at])).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
        at += 1;
    }
    let last = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => {
            let mut last = 0;
            let mut at = 0;
            while at < rest.len() {
                last = (last << 8) | u64::from(rest[at]);
                at += 1;
            }
            last
        }
    };
    hash = (hash ^ last).wrapping_mul(FACTOR);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<String> = (0..1000)
            .map(|n| format!("p::{}", "x".repeat(n % 20)) + &n.to_string())
            .collect();
        let is_called = |id: TaskId, name: &str| names[id.position()] == name;
        let mut table = NameTable::new(names.len());
        for (position, name) in names.iter().enumerate() {
            assert_eq!(table.insert(name, TaskId::new(position), is_called), None);
        }
        for (position, name) in names.iter().enumerate() {
            let id = TaskId::new(position);
            assert_eq!(table.find(name, is_called), Some(id));
            assert_eq!(table.insert(name, TaskId::new(7777), is_called), Some(id));
            assert_eq!(table.find(&format!("{name}x"), is_called), None);
        }
        assert_eq!(table.find("", is_called), None);
    }
}
