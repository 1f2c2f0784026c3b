//! Whether a task is one of those that are named.

use crate::plan::NameFilter;

/// The hashes of names that are wanted, the pack in front.
///
/// Every task of a pack passes here, built without optimisation: so one bit is looked at first.
#[derive(Debug)]
pub(super) struct WantedNames<'a> {
    names: &'a NameFilter,
    /// Sorted.
    hashes: Vec<u32>,
    /// By the last bits of a hash, whether there is one with these.
    bits: Box<[u64; WORDS]>,
}

const WORDS: usize = 1024;

impl<'a> WantedNames<'a> {
    pub(super) fn new(names: &'a NameFilter) -> Self {
        Self {
            names,
            hashes: Vec::new(),
            bits: Box::new([0; WORDS]),
        }
    }

    /// From now on tasks of this pack may come.
    pub(super) fn add_pack(&mut self, pack: &str) {
        self.hashes.extend(self.names.hashes_in(pack));
        self.hashes.sort_unstable();
        self.hashes.dedup();
        for &hash in &self.hashes {
            self.bits[word(hash)] |= 1 << (hash % u64::BITS);
        }
    }

    pub(super) fn contains(&self, hash: u32) -> bool {
        self.bits[word(hash)] >> (hash % u64::BITS) & 1 != 0
            && self.hashes.binary_search(&hash).is_ok()
    }
}

fn word(hash: u32) -> usize {
    (hash / u64::BITS) as usize % WORDS
}
