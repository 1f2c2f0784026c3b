//! All entries of the ledger, and when they end by themselves.

use crate::model::Timestamp;
use crate::reserve::entry::{Entry, Stage};

/// Granted and not yet claimed, or claimed, each with the number that is in either id.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// In the order of their numbers. Those who ask look at all of them anyway.
    all: Vec<(u64, Entry)>,
    numbers_given: u64,
}

impl Entries {
    /// A number that no entry has had.
    pub(super) fn next_number(&mut self) -> u64 {
        self.numbers_given += 1;
        self.numbers_given
    }

    /// From now on numbers are above this one.
    pub(super) fn count_from(&mut self, number: u64) {
        self.numbers_given = self.numbers_given.max(number);
    }

    /// Those who came before `number`, wait, and are not to be passed.
    pub(super) fn ahead_of(&self, now: Timestamp, number: u64) -> Vec<&Entry> {
        let before = self.iter().take_while(|(other, _)| *other < number);
        before
            .map(|(_, entry)| entry)
            .filter(|entry| entry.insists(now))
            .collect()
    }

    pub(super) fn get(&self, number: u64) -> Option<&Entry> {
        let place = self.place(number).ok()?;
        Some(&self.all[place].1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.all.iter().map(|(number, entry)| (*number, entry))
    }

    /// The entry of a number that has none.
    pub(super) fn insert(&mut self, number: u64, entry: Entry) {
        let (Ok(place) | Err(place)) = self.place(number);
        self.all.insert(place, (number, entry));
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Entry> {
        let place = self.place(number).ok()?;
        Some(self.all.remove(place).1)
    }

    /// The same entry with another stage, and so with another deadline. It is in line as before.
    pub(super) fn restage(&mut self, number: u64, stage: Stage) {
        if let Ok(place) = self.place(number) {
            self.all[place].1.stage = stage;
        }
    }

    /// The first of those whose deadline has come.
    pub(super) fn first_due(&self, now: Timestamp) -> Option<u64> {
        let deadlines = self.iter().filter_map(|(number, entry)| {
            let when = entry.deadline()?;
            (when <= now).then_some((when, number))
        });
        let (_, number) = deadlines.min()?;
        Some(number)
    }

    /// Where the entry of this number is, or would be.
    fn place(&self, number: u64) -> Result<usize, usize> {
        self.all.binary_search_by_key(&number, |(other, _)| *other)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
