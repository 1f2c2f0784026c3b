//! Levels with which those who share a resource do so at one time.

use crate::schedule::{Share, Workload};

/// A resource that many want for themselves is lost to all of them while somebody shares it, and no more so
/// if others share it, too. So it costs least if all who share it come together. Most of the time that is
/// lost in a run is lost to one who was not ready when the others were.
///
/// So each of them counts as much as the longest of them, and whoever they wait for counts for more.
#[derive(Debug)]
pub(crate) struct Sharing<'a> {
    workload: &'a Workload,
    /// For how long each resource is wanted by those who want units of it for themselves.
    taken: Vec<u64>,
    /// How long it is from the start to the end of all that waits for it, for the longest of those who share
    /// each resource.
    longest: Vec<u64>,
}

impl<'a> Sharing<'a> {
    /// `tails`: how long it is from each task to the end.
    pub(crate) fn of(workload: &'a Workload, tails: &[u64]) -> Self {
        let mut taken = vec![0_u64; workload.stocks().len()];
        let mut longest = vec![0_u64; workload.stocks().len()];
        for (task, &duration) in (0..).zip(workload.durations()) {
            for need in workload.needs(task) {
                let resource = need.resource as usize;
                let capacity = workload.stocks()[resource].capacity.max(1);
                let (taken, longest) = (&mut taken[resource], &mut longest[resource]);
                match need.share {
                    Share::Units(units) => {
                        let work = duration.saturating_mul(u64::from(units));
                        *taken = taken.saturating_add(work / u64::from(capacity));
                    }
                    Share::Shared => *longest = (*longest).max(tails[task as usize]),
                }
            }
        }
        Self {
            workload,
            taken,
            longest,
        }
    }

    /// The levels, if that goes for resources that are wanted for at least so long, and those who share
    /// one count for one `part` of the longest at least.
    pub(crate) fn levels(&self, least: u64, part: u64) -> Vec<u64> {
        let mut levels = vec![0_u64; self.workload.len()];
        for &task in self.workload.order().iter().rev() {
            let dependents = self.workload.dependents(task).iter();
            let after = dependents.map(|&next| levels[next as usize]).max();
            let duration = self.workload.durations()[task as usize];
            let alone = duration.saturating_add(after.unwrap_or(0));
            let needs = self.workload.needs(task).iter();
            let shared = needs.filter(|need| need.share == Share::Shared);
            let shared = shared.map(|need| need.resource as usize);
            let wanted = shared.filter(|&resource| self.taken[resource] >= least);
            let together = wanted.map(|resource| self.longest[resource] / part).max();
            levels[task as usize] = alone.max(together.unwrap_or(0));
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Need, Stock, WorkTask};

    #[test]
    fn who_shares_counts_like_the_longest_and_who_is_waited_for_counts_for_more() {
        let tasks = vec![
            WorkTask::new(3),
            WorkTask::new(2).with(Need::shared(0)).after(0),
            WorkTask::new(9).with(Need::shared(0)),
            WorkTask::new(4).with(Need::units(0, 1)),
            WorkTask::new(7).with(Need::shared(1)),
            WorkTask::new(1).with(Need::shared(1)),
        ];
        let workload = Workload::new(9, vec![Stock::lock(); 2], tasks).unwrap();
        let sharing = Sharing::of(&workload, &workload.levels());
        assert_eq!(sharing.levels(5, 1), [5, 2, 9, 4, 7, 1]);
        assert_eq!(sharing.levels(4, 1), [12, 9, 9, 4, 7, 1]);
        assert_eq!(sharing.levels(4, 2), [7, 4, 9, 4, 7, 1]);
        assert_eq!(sharing.levels(0, 1), [12, 9, 9, 4, 7, 7]);
    }
}
