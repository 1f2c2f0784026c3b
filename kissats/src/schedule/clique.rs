//! Tasks of which no two can overlap.

use crate::schedule::Workload;
use crate::schedule::conflicts::Conflicts;
use crate::schedule::rows::as_index;

/// More tasks than this would take too much memory and time: the conflicts grow with the square.
const MOST_TASKS: usize = 4096;
/// How many tasks are tried as the first of a set, times the number of tasks.
const SEEDS: usize = 32_000;
/// How many tasks are compared at every step.
const COMPARED: usize = 12;

/// Tasks of which no two can ever run at the same time, so that no schedule is shorter than all of them
/// together. Empty for a workload that is too large for it.
///
/// Found by a greedy search: there may be others that take longer.
pub(crate) fn longest_clique(workload: &Workload) -> Vec<u32> {
    let count = workload.len();
    if count == 0 || count > MOST_TASKS {
        return Vec::new();
    }
    let conflicts = Conflicts::of(workload);
    let durations = workload.durations();
    let with_neighbours = |task: usize| -> u64 {
        let others = ones(conflicts.row(task));
        durations[task] + others.map(|other| durations[other]).sum::<u64>()
    };
    let most: Vec<u64> = (0..count).map(with_neighbours).collect();
    let seeds = longest_first(0..count, &most);
    let mut best = (0, Vec::new());
    for seed in seeds.into_iter().take((SEEDS / count).clamp(4, 64)) {
        if let Some(longer) = grown(&conflicts, durations, seed, best.0) {
            best = longer;
        }
    }
    best.1
}

/// Starting with one task, again and again the one that leaves most: its own time, and that of those
/// which are still possible beside it. Nothing if it cannot be longer than `known`.
fn grown(
    conflicts: &Conflicts,
    durations: &[u64],
    seed: usize,
    known: u64,
) -> Option<(u64, Vec<u32>)> {
    let mut possible: Vec<u64> = conflicts.row(seed).to_vec();
    let mut total = durations[seed];
    let mut clique = vec![as_index(seed)];
    loop {
        let all: u64 = ones(&possible).map(|task| durations[task]).sum();
        if total + all <= known {
            return None;
        }
        let members = longest_first(ones(&possible), durations);
        let left = |task: usize| -> u64 {
            let beside = members
                .iter()
                .filter(|other| conflicts.contain(task, **other));
            durations[task] + beside.map(|&other| durations[other]).sum::<u64>()
        };
        let compared = members.iter().take(COMPARED);
        let Some(&next) = compared.max_by_key(|&&task| (left(task), task)) else {
            return Some((total, clique));
        };
        total += durations[next];
        clique.push(as_index(next));
        for (bits, row) in possible.iter_mut().zip(conflicts.row(next)) {
            *bits &= row;
        }
    }
}

/// The tasks by their times, the longest first; those with the same time by their numbers.
fn longest_first(tasks: impl Iterator<Item = usize>, times: &[u64]) -> Vec<usize> {
    let mut sorted: Vec<(u64, u32)> = tasks
        .map(|task| (u64::MAX - times[task], as_index(task)))
        .collect();
    sorted.sort_unstable();
    sorted.into_iter().map(|(_, task)| task as usize).collect()
}

/// The numbers of the bits that are set.
fn ones(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(word, bits)| {
        let mut bits = *bits;
        std::iter::from_fn(move || {
            let bit = (bits != 0).then(|| word * 64 + bits.trailing_zeros() as usize);
            bits &= bits.wrapping_sub(1);
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Need, Stock, WorkTask};

    #[test]
    fn the_longest_comes_first_and_of_the_same_length_the_first() {
        let times = [5, u64::MAX, 9, 5, 0];
        assert_eq!(longest_first(0..5, &times), [1, 2, 0, 3, 4]);
        assert_eq!(longest_first([4, 3, 0].into_iter(), &times), [0, 3, 4]);
    }

    #[test]
    fn tasks_with_a_lock_in_common_two_by_two() {
        let two = |one, other| {
            WorkTask::new(5)
                .with(Need::units(one, 1))
                .with(Need::units(other, 1))
        };
        // Each lock is needed for ten, and all three tasks exclude each other.
        let tasks = vec![two(0, 1), two(1, 2), two(0, 2), WorkTask::new(4)];
        let workload = Workload::new(4, vec![Stock::lock(); 3], tasks).unwrap();
        let mut clique = longest_clique(&workload);
        clique.sort_unstable();
        assert_eq!(clique, [0, 1, 2]);
    }
}
