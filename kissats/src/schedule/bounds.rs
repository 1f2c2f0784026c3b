//! What no schedule can beat.

use crate::schedule::clique::longest_clique;
use crate::schedule::rows::as_index;
use crate::schedule::{Share, Workload};

/// Times that every schedule takes at least, each for a reason of its own.
///
/// ```
/// use kissats::schedule::{Bounds, Limit, Need, Stock, WorkTask, Workload};
///
/// let bench = Need::units(0, 1);
/// let tasks = vec![WorkTask::new(3).with(bench), WorkTask::new(4).with(bench), WorkTask::new(5)];
/// let bounds = Bounds::of(&Workload::new(2, vec![Stock::lock()], tasks)?);
/// assert_eq!(bounds.lower_bound(), 7);
/// assert_eq!(bounds.limit(), Limit::Resource(0));
/// # Ok::<(), kissats::schedule::WorkloadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The longest chain of tasks that wait for each other.
    pub critical_path: u64,
    /// All the work, divided among all workers.
    pub work: u64,
    /// How long the most wanted resource is in use: what is taken of it, divided by how much there is.
    pub resource: u64,
    /// Which one that is.
    pub bottleneck: Option<u32>,
    /// The longest set of tasks found of which no two can overlap.
    pub conflicts: u64,
}

/// Why a run cannot be shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Tasks wait for each other: split the longest, or need less.
    CriticalPath,
    /// There are too few workers.
    Workers,
    /// There is too little of this resource.
    Resource(u32),
    /// Tasks that need several resources keep each other from running.
    Conflicts,
}

impl Bounds {
    /// Finds the bounds of a workload, if every task takes as long as it is expected to.
    #[must_use]
    pub fn of(workload: &Workload) -> Self {
        Self::with(workload, &longest_clique(workload))
    }

    /// The same, if the longest set of tasks that exclude each other is known.
    pub(crate) fn with(workload: &Workload, clique: &[u32]) -> Self {
        let total: u64 = workload.durations().iter().sum();
        let (resource, bottleneck) = resource_time(workload);
        Self {
            critical_path: workload.levels().into_iter().max().unwrap_or(0),
            work: total.div_ceil(u64::from(workload.workers())),
            resource,
            bottleneck,
            conflicts: clique
                .iter()
                .map(|&task| workload.durations()[task as usize])
                .sum(),
        }
    }

    /// The greatest of them.
    #[must_use]
    pub fn lower_bound(&self) -> u64 {
        let most = self.critical_path.max(self.work);
        most.max(self.resource).max(self.conflicts)
    }

    /// Which of them it is: where a shorter run has to begin. The plainest of several.
    #[must_use]
    pub fn limit(&self) -> Limit {
        let most = self.lower_bound();
        match self.bottleneck {
            _ if self.critical_path == most => Limit::CriticalPath,
            _ if self.work == most => Limit::Workers,
            Some(resource) if self.resource == most => Limit::Resource(resource),
            _ => Limit::Conflicts,
        }
    }
}

/// The load of the most wanted resource. Those who share it can do so all at once, so only the longest
/// of them counts.
fn resource_time(workload: &Workload) -> (u64, Option<u32>) {
    let mut taken = vec![0_u64; workload.stocks().len()];
    let mut shared = vec![0_u64; workload.stocks().len()];
    for (task, &duration) in (0..).zip(workload.durations()) {
        for need in workload.needs(task) {
            let resource = need.resource as usize;
            match need.share {
                Share::Units(units) => taken[resource] += duration * u64::from(units),
                Share::Shared => shared[resource] = shared[resource].max(duration),
            }
        }
    }
    let stocks = workload.stocks().iter().enumerate();
    let times = stocks.map(|(resource, stock)| {
        let all = taken[resource] + shared[resource] * u64::from(stock.shared_takes);
        let time = all.div_ceil(u64::from(stock.capacity.max(1)));
        (time, std::cmp::Reverse(as_index(resource)))
    });
    match times.max() {
        Some((time, std::cmp::Reverse(resource))) if time > 0 => (time, Some(resource)),
        _ => (0, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Need, Stock, WorkTask};

    #[test]
    fn each_reason_can_be_the_limit() {
        let limit = |workers, stocks, tasks| {
            let bounds = Bounds::of(&Workload::new(workers, stocks, tasks).unwrap());
            (bounds.limit(), bounds.lower_bound())
        };
        let chain = vec![WorkTask::new(2), WorkTask::new(3).after(0)];
        assert_eq!(limit(9, Vec::new(), chain), (Limit::CriticalPath, 5));
        let many = vec![WorkTask::new(2); 5];
        assert_eq!(limit(2, Vec::new(), many), (Limit::Workers, 5));
        let mut pool = vec![WorkTask::new(3).with(Need::units(0, 1)); 4];
        pool.push(WorkTask::new(4).with(Need::shared(0)));
        pool.push(WorkTask::new(2).with(Need::shared(0)));
        let stocks = vec![Stock::pool(2).shared_as_a_whole()];
        assert_eq!(limit(9, stocks, pool), (Limit::Resource(0), 10));
    }

    #[test]
    fn nothing_takes_no_time() {
        let bounds = Bounds::of(&Workload::new(1, Vec::new(), Vec::new()).unwrap());
        assert_eq!(bounds.lower_bound(), 0);
    }
}
