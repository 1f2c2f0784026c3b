//! From keys to a schedule: the two classic ways.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::project::{Network, Project};
use super::timetable::Timetable;
use crate::schedule::rows::as_index;

/// Turns keys into schedules, with memory that is used again and again.
///
/// Schedule generation schemes after Kolisch, *Serial and parallel resource-constrained project
/// scheduling methods revisited*, EJOR 90 (1996). Of the tasks whose turn it can be, the one with the
/// smallest key is next.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    table: Timetable,
    open: Vec<u32>,
    ready: BinaryHeap<Reverse<u64>>,
    waiting: Vec<u64>,
    ending: BinaryHeap<Reverse<(u32, u32)>>,
    earliest: Vec<u32>,
}

/// The key in the upper half, so that it is compared first; then the place in the order.
fn entry(key: i32, rank: u32) -> u64 {
    let sortable = (key as u32) ^ 0x8000_0000;
    (u64::from(sortable) << 32) | u64::from(rank)
}

fn rank_of(entry: u64) -> usize {
    (entry & u64::from(u32::MAX)) as usize
}

impl Decoder {
    fn begin(&mut self, project: &Project, network: &Network) {
        self.table.clear(project);
        self.open.clear();
        self.open
            .extend(network.before.iter().map(|row| as_index(row.len())));
        self.earliest.clear();
        self.earliest.resize(project.len(), 0);
    }

    /// Task by task: each as early as it fits. Gives every active schedule, so the best one too.
    /// Returns its length.
    pub(super) fn serial(
        &mut self,
        project: &Project,
        network: &Network,
        keys: &[i32],
        starts: &mut [u32],
    ) -> u32 {
        self.begin(project, network);
        self.ready.clear();
        for (task, open) in self.open.iter().enumerate() {
            if *open == 0 {
                self.ready
                    .push(Reverse(entry(keys[task], network.ranks[task])));
            }
        }
        let mut length = 0;
        while let Some(Reverse(next)) = self.ready.pop() {
            let task = network.order[rank_of(next)] as usize;
            let start = self.table.place(project, task, self.earliest[task]);
            let end = start + project.durations[task];
            starts[task] = start;
            length = length.max(end);
            for &after in &network.after[task] {
                let after = after as usize;
                self.earliest[after] = self.earliest[after].max(end);
                self.open[after] -= 1;
                if self.open[after] == 0 {
                    self.ready
                        .push(Reverse(entry(keys[after], network.ranks[after])));
                }
            }
        }
        length
    }

    /// Slot by slot: whatever can start does, smallest key first. Good at once, but the best schedule
    /// may be one that waits, which this never does.
    pub(super) fn parallel(
        &mut self,
        project: &Project,
        network: &Network,
        keys: &[i32],
        starts: &mut [u32],
    ) -> u32 {
        self.begin(project, network);
        self.waiting.clear();
        self.ending.clear();
        for (task, open) in self.open.iter().enumerate() {
            if *open == 0 {
                self.waiting.push(entry(keys[task], network.ranks[task]));
            }
        }
        let mut now = 0;
        loop {
            self.waiting.sort_unstable();
            let mut waiting = std::mem::take(&mut self.waiting);
            waiting.retain(|&entry| {
                let task = network.order[rank_of(entry)];
                let fits = self.table.fits(project, task as usize, now);
                if fits {
                    starts[task as usize] = self.table.place(project, task as usize, now);
                    let end = now + project.durations[task as usize];
                    self.ending.push(Reverse((end, task)));
                }
                !fits
            });
            self.waiting = waiting;
            let Some(&Reverse((end, _))) = self.ending.peek() else {
                return now;
            };
            now = end;
            while let Some(&Reverse((end, task))) = self.ending.peek()
                && end == now
            {
                self.ending.pop();
                for &after in &network.after[task as usize] {
                    let after = after as usize;
                    self.open[after] -= 1;
                    if self.open[after] == 0 {
                        self.waiting.push(entry(keys[after], network.ranks[after]));
                    }
                }
            }
        }
    }
}

/// The same schedule read from its end: what starts last comes first.
pub(super) fn mirrored(project: &Project, starts: &[u32], length: u32, keys: &mut [i32]) {
    for (task, key) in keys.iter_mut().enumerate() {
        let from_end = length - starts[task] - project.durations[task];
        *key = i32::try_from(from_end).unwrap_or(i32::MAX);
    }
}
