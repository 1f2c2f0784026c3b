//! Schedules that are kept to make new ones from.

use super::project::Project;
use crate::schedule::chance::Chance;

/// A schedule in which no task can start earlier.
#[derive(Debug, Clone)]
pub(super) struct Individual {
    pub(super) starts: Vec<u32>,
    pub(super) length: u32,
    fingerprint: u64,
}

impl Individual {
    pub(super) fn new(starts: Vec<u32>, length: u32) -> Self {
        let mix = |print: u64, start: &u32| {
            (print.rotate_left(5) ^ u64::from(*start)).wrapping_mul(0x517c_c1b7_2722_0a95)
        };
        Self {
            fingerprint: starts.iter().fold(0, mix),
            starts,
            length,
        }
    }
}

/// The best schedules so far, the shortest first, no two the same.
#[derive(Debug)]
pub(super) struct Population {
    size: usize,
    members: Vec<Individual>,
}

impl Population {
    pub(super) fn new(size: usize) -> Self {
        Self {
            size,
            members: Vec::with_capacity(size + 1),
        }
    }

    /// Takes a schedule in if it is new and as good as the worst. Among equals the young push out the
    /// old, so the population moves on where nothing gets shorter.
    pub(super) fn add(&mut self, individual: Individual) {
        let is_known = |member: &Individual| member.fingerprint == individual.fingerprint;
        if self.members.iter().any(is_known) {
            return;
        }
        let length = individual.length;
        let place = self
            .members
            .partition_point(|member| member.length < length);
        self.members.insert(place, individual);
        self.members.truncate(self.size);
    }

    pub(super) fn best(&self) -> Option<&Individual> {
        self.members.first()
    }

    /// Two different members, each the shorter of two; one twice if there is no other.
    pub(super) fn parents(&self, chance: &mut Chance) -> Option<(&Individual, &Individual)> {
        let count = self.members.len();
        // They are sorted, so the smaller place is the better one.
        let mut pick = || chance.below(count).min(chance.below(count));
        let father = pick();
        let mut mother = pick();
        if mother == father && count > 1 {
            mother = (father + 1) % count;
        }
        Some((self.members.get(father)?, self.members.get(mother)?))
    }
}

/// How many keys of a child chance changes, and how far, as a part of the length.
const MUTATED: f64 = 0.07;
const REACH: f64 = 0.4;
/// The part of the father that a child keeps, of his length.
const KEPT: (f64, f64) = (0.1, 0.5);

/// The keys of a child, for a pass from the end to the start.
///
/// What starts in some window of the father's schedule keeps its place there; before and after it, the
/// mother's order counts. This is the crossover of Debels and Vanhoucke, *A bi-population based genetic
/// algorithm for the resource-constrained project scheduling problem*, ICCSA 2005, LNCS 3483, with a
/// window at a random place.
pub(super) fn child_keys(
    project: &Project,
    (father, mother): (&Individual, &Individual),
    chance: &mut Chance,
    keys: &mut [i32],
) {
    let length = f64::from(father.length);
    let kept = (chance.between(KEPT.0, KEPT.1) * length) as u32;
    let kept = kept.max(1).min(father.length);
    let from = chance.below((father.length - kept) as usize + 1) as u32;
    let window = from..from + kept;
    let apart = i64::from(father.length.max(mother.length)) + 1;
    for (task, key) in keys.iter_mut().enumerate() {
        let start = father.starts[task];
        let duration = project.durations[task];
        let from_end = |parent: &Individual| {
            i64::from(parent.length) - i64::from(parent.starts[task] + duration)
        };
        let place = if window.contains(&start) {
            from_end(father)
        } else if start < window.start {
            from_end(mother) + apart
        } else {
            from_end(mother) - apart
        };
        let moved = if chance.fraction() < MUTATED {
            chance.between(-REACH, REACH) * length
        } else {
            0.0
        };
        *key = (place * 16 + (moved * 16.0) as i64) as i32;
    }
}
