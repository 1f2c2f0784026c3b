//! All entries of the ledger, and when they end by themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Timestamp;
use crate::reserve::entry::{Entry, Stage};

/// Granted and not yet claimed, or claimed; keyed by the number in either id.
#[derive(Debug, Default)]
pub(super) struct Entries {
    by_number: BTreeMap<u64, Entry>,
    deadlines: BTreeSet<(Timestamp, u64)>,
    in_line: BTreeSet<u64>,
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
        let in_line = self.in_line.range(..number);
        in_line
            .filter_map(|number| self.by_number.get(number))
            .filter(|entry| entry.insists(now))
            .collect()
    }

    pub(super) fn get(&self, number: u64) -> Option<&Entry> {
        self.by_number.get(&number)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.by_number
            .iter()
            .map(|(number, entry)| (*number, entry))
    }

    pub(super) fn insert(&mut self, number: u64, entry: Entry) {
        self.deadlines
            .extend(entry.deadline().map(|when| (when, number)));
        if entry.is_in_line() {
            self.in_line.insert(number);
        }
        self.by_number.insert(number, entry);
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Entry> {
        let entry = self.by_number.remove(&number)?;
        if let Some(when) = entry.deadline() {
            self.deadlines.remove(&(when, number));
        }
        self.in_line.remove(&number);
        Some(entry)
    }

    /// The same entry with another stage, and so with another deadline. It is in line as before.
    pub(super) fn restage(&mut self, number: u64, stage: Stage) {
        let Some(entry) = self.by_number.get_mut(&number) else {
            return;
        };
        if let Some(when) = entry.deadline() {
            self.deadlines.remove(&(when, number));
        }
        entry.stage = stage;
        self.deadlines
            .extend(entry.deadline().map(|when| (when, number)));
    }

    /// The first of those whose deadline has come.
    pub(super) fn first_due(&self, now: Timestamp) -> Option<u64> {
        let &(when, number) = self.deadlines.first()?;
        (when <= now).then_some(number)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.by_number.is_empty() && self.deadlines.is_empty() && self.in_line.is_empty()
    }
}
