//! A workload as the search sees it: time in slots, all resources of a slot in a few machine words.

use crate::schedule::rows::{Rows, as_index};
use crate::schedule::{Share, Workload};

/// Resources in one word: each has a lane of 16 bits, of which the highest is the guard.
const LANES: usize = 4;
const LANE_BITS: usize = 16;
/// What a lane can hold beside its guard.
const LANE_MAX: u32 = (1 << (LANE_BITS - 1)) - 1;
/// A schedule takes at most about so many slots; longer ones are looked at with less detail.
const SLOTS: u64 = 1024;

/// The guard bits of a word: set in what is free, and borrowed from by a task that does not fit.
pub(super) const GUARDS: u64 = 0x8000_8000_8000_8000;

/// Tasks, resources and time, packed.
///
/// What is packed is a little simpler than what is meant: of a pool that is shared, those who share take
/// a part each, where in truth they take one or all units together. The search yields an order only, and
/// the dispatcher, which follows it, knows the truth.
#[derive(Debug)]
pub(super) struct Project {
    /// How many ticks a slot has.
    pub(super) slot: u64,
    /// In slots.
    pub(super) durations: Vec<u32>,
    /// What a task takes of each word.
    pub(super) needs: Rows<(u32, u64)>,
    /// A slot in which nothing is taken.
    pub(super) free: Vec<u64>,
    /// From start to end.
    pub(super) forward: Network,
    /// From end to start: every arrow turned around.
    pub(super) backward: Network,
}

/// Who comes before whom, read in one direction of time.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) before: Rows<u32>,
    pub(super) after: Rows<u32>,
    /// The place of each task in an order that keeps to the arrows.
    pub(super) ranks: Vec<u32>,
    pub(super) order: Vec<u32>,
    /// From the start of a task to the end of all that comes after it, in slots.
    pub(super) tails: Vec<u32>,
}

impl Network {
    fn new(before: Rows<u32>, after: Rows<u32>, order: Vec<u32>, durations: &[u32]) -> Self {
        let mut ranks = vec![0; order.len()];
        let mut tails: Vec<u32> = vec![0; order.len()];
        for (rank, &task) in order.iter().enumerate() {
            ranks[task as usize] = as_index(rank);
        }
        for &task in order.iter().rev() {
            let after = after[task as usize]
                .iter()
                .map(|&next| tails[next as usize]);
            tails[task as usize] = durations[task as usize] + after.max().unwrap_or(0);
        }
        Self {
            before,
            after,
            ranks,
            order,
            tails,
        }
    }
}

/// What the lanes stand for: each resource that somebody needs, and the workers if they are few.
struct Lanes {
    /// Of each lane, what is free in an empty slot.
    capacities: Vec<u32>,
    /// Of each resource, its lane, and what one unit and one who shares take of it.
    of: Vec<Option<(usize, u32, u32)>>,
    workers: Option<usize>,
}

impl Lanes {
    fn new(workload: &Workload) -> Self {
        let mut sharing = vec![0_u32; workload.stocks().len()];
        let mut needed = vec![false; workload.stocks().len()];
        for task in 0..as_index(workload.len()) {
            for need in workload.needs(task) {
                needed[need.resource as usize] = true;
                if need.share == Share::Shared {
                    sharing[need.resource as usize] += 1;
                }
            }
        }
        let mut capacities = Vec::new();
        let mut of = vec![None; needed.len()];
        for (resource, stock) in workload.stocks().iter().enumerate() {
            if !needed[resource] {
                continue;
            }
            // So many parts that all who share can have one each, if the lane is wide enough.
            let capacity = stock.capacity.min(LANE_MAX);
            let parts = sharing[resource].clamp(1, (LANE_MAX / capacity.max(1)).max(1));
            let shared =
                (parts * stock.shared_takes.min(capacity) / sharing[resource].max(1)).max(1);
            of[resource] = Some((capacities.len(), parts, shared));
            capacities.push(capacity * parts);
        }
        let few = (workload.workers() as usize) < workload.len();
        let workers = few.then(|| {
            capacities.push(workload.workers().min(LANE_MAX));
            capacities.len() - 1
        });
        Self {
            capacities,
            of,
            workers,
        }
    }

    /// What a task takes of each lane.
    fn taken(&self, workload: &Workload, task: u32) -> Vec<(usize, u32)> {
        let needs = workload.needs(task).iter();
        let mut taken: Vec<(usize, u32)> = needs
            .filter_map(|need| {
                let (lane, unit, shared) = self.of[need.resource as usize]?;
                let amount = match need.share {
                    Share::Shared => shared,
                    Share::Units(units) => units.min(LANE_MAX) * unit,
                };
                Some((lane, amount.min(self.capacities[lane])))
            })
            .collect();
        taken.extend(self.workers.map(|lane| (lane, 1)));
        taken
    }
}

impl Project {
    pub(super) fn new(workload: &Workload) -> Self {
        let lanes = Lanes::new(workload);
        let mut free = vec![GUARDS; lanes.capacities.len().div_ceil(LANES)];
        for (lane, &capacity) in lanes.capacities.iter().enumerate() {
            free[lane / LANES] += in_lane(lane, capacity);
        }
        let mut needs = Rows::default();
        for task in 0..as_index(workload.len()) {
            let mut words: Vec<(u32, u64)> = Vec::new();
            for (lane, amount) in lanes.taken(workload, task) {
                let word = as_index(lane / LANES);
                match words.iter_mut().find(|known| known.0 == word) {
                    Some(known) => known.1 += in_lane(lane, amount),
                    None => words.push((word, in_lane(lane, amount))),
                }
            }
            needs.push(words);
        }
        let (slot, durations) = in_slots(workload);
        let order = workload.order().to_vec();
        let (before, after) = (workload.prereq_rows(), workload.dependent_rows());
        let turned = order.iter().rev().copied().collect();
        Self {
            forward: Network::new(before.clone(), after.clone(), order, &durations),
            backward: Network::new(after.clone(), before.clone(), turned, &durations),
            durations,
            needs,
            free,
            slot,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.durations.len()
    }

    /// No schedule is shorter than its longest chain, in slots.
    pub(super) fn critical_path(&self) -> u32 {
        self.forward.tails.iter().copied().max().unwrap_or(0)
    }
}

fn in_lane(lane: usize, amount: u32) -> u64 {
    u64::from(amount) << (lane % LANES * LANE_BITS)
}

/// The durations in slots, rounded up, so that what does not overlap in slots does not overlap in ticks.
fn in_slots(workload: &Workload) -> (u64, Vec<u32>) {
    let total: u64 = workload.durations().iter().sum();
    let longest_chain = workload.levels().into_iter().max().unwrap_or(0);
    let at_least = longest_chain.max(total / u64::from(workload.workers()));
    let slot = if total < SLOTS * 64 {
        1
    } else {
        (at_least / SLOTS).max(1)
    };
    let slots = workload
        .durations()
        .iter()
        .map(|ticks| ticks.div_ceil(slot));
    let slots = slots.map(|slots| u32::try_from(slots).unwrap_or(u32::MAX));
    (slot, slots.collect())
}
