//! Finds declarations by what prerequisites call them.

use crate::model::{Declaration, LoadedTask, PrereqText, hash_path, name_hash};

/// All declarations by the hash of their name, the pack in front, and by that of their path.
///
/// Bare on purpose, as all that every task of a pack passes. Two may share a hash, by chance or by mistake: both
/// are found.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    /// In the order of the linker.
    pub(super) declarations: Vec<&'static Declaration>,
    /// By the last bits of the hash: one more than the place of an entry, 0 for none.
    heads: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    hash: u32,
    position: u32,
    /// One more than the place of another entry with the same last bits, 0 for none.
    next: u32,
}

impl NameIndex {
    pub(super) fn of(all: impl Iterator<Item = &'static Declaration>, number: usize) -> Self {
        let mut index = Self {
            declarations: Vec::with_capacity(number),
            heads: vec![0; number.next_power_of_two()],
            entries: Vec::with_capacity(number),
        };
        for declaration in all {
            index.add(declaration.name.hash);
            if !declaration.name.is_path {
                index.add(hash_path(declaration.path).0);
            }
            index.declarations.push(declaration);
        }
        index
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a run has fewer than four billion tasks"
    )]
    fn add(&mut self, hash: u32) {
        let bits = self.heads.len() - 1;
        let head = &mut self.heads[hash as usize & bits];
        self.entries.push(Entry {
            hash,
            position: self.declarations.len() as u32,
            next: *head,
        });
        *head = self.entries.len() as u32;
    }

    /// Calls `found` with the places of all that a prerequisite of this task may mean.
    pub(super) fn find_prereqs(&self, task: &LoadedTask, mut found: impl FnMut(usize)) {
        let prereqs = task.prereqs();
        for at in 0..prereqs.len() {
            match prereqs.prereq(at) {
                PrereqText::Path(_, hash) => self.find(hash, &mut found),
                PrereqText::Named(name) => {
                    let in_pack = format!("{}::{name}", task.pack());
                    self.find(name_hash(&in_pack), &mut found);
                    self.find(name_hash(name), &mut found);
                }
            }
        }
    }

    fn find(&self, hash: u32, mut found: impl FnMut(usize)) {
        let bits = self.heads.len() - 1;
        let mut next = self.heads[hash as usize & bits];
        while next != 0 {
            let entry = &self.entries[next as usize - 1];
            if entry.hash == hash {
                found(entry.position as usize);
            }
            next = entry.next;
        }
    }
}
