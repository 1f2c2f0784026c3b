//! All that is to be done, and with what.

use crate::schedule::rows::{Rows, as_index};
use crate::schedule::{Need, Share, Stock, WorkTask, WorkloadError};

/// Tasks, resources and workers, checked, in dense numbers.
///
/// ```
/// use kissats::schedule::{Need, Stock, WorkTask, Workload};
///
/// let bench = Need::units(0, 1);
/// let tasks = vec![WorkTask::new(3).with(bench), WorkTask::new(4).with(bench).after(0)];
/// let workload = Workload::new(2, vec![Stock::lock()], tasks)?;
/// assert_eq!(workload.len(), 2);
/// # Ok::<(), kissats::schedule::WorkloadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Workload {
    workers: u32,
    stocks: Vec<Stock>,
    durations: Vec<u64>,
    priorities: Vec<i32>,
    prereqs: Rows<u32>,
    dependents: Rows<u32>,
    needs: Rows<Need>,
    /// Every task after all that it waits for.
    order: Vec<u32>,
}

impl Workload {
    /// Checks and takes in what there is to do.
    ///
    /// # Errors
    /// [`WorkloadError`] names the first thing that cannot be run: a number that is none, a need over
    /// the capacity, a circle of prerequisites.
    pub fn new(
        workers: u32,
        stocks: Vec<Stock>,
        tasks: Vec<WorkTask>,
    ) -> Result<Self, WorkloadError> {
        if workers == 0 {
            return Err(WorkloadError::NoWorker);
        }
        let count = tasks.len();
        let mut workload = Self {
            workers,
            stocks,
            durations: Vec::with_capacity(count),
            priorities: Vec::with_capacity(count),
            prereqs: Rows::default(),
            dependents: Rows::default(),
            needs: Rows::default(),
            order: Vec::new(),
        };
        for (number, mut task) in tasks.into_iter().enumerate() {
            let number = as_index(number);
            task.prereqs.sort_unstable();
            task.prereqs.dedup();
            task.needs.sort_unstable();
            check(number, &task, count, &workload.stocks)?;
            workload.durations.push(task.duration);
            workload.priorities.push(task.priority);
            workload.prereqs.push(task.prereqs);
            // Nothing of a resource is no need.
            let needs = task.needs.into_iter();
            workload
                .needs
                .push(needs.filter(|need| need.share != Share::Units(0)));
        }
        workload.dependents = workload.prereqs.reversed();
        workload.order = topological(&workload.prereqs, &workload.dependents)?;
        Ok(workload)
    }

    /// The same, with other durations: one for each task.
    ///
    /// ```
    /// # use kissats::schedule::{WorkTask, Workload};
    /// let workload = Workload::new(1, Vec::new(), vec![WorkTask::new(3)])?;
    /// assert_eq!(workload.with_durations(vec![7]).durations(), [7]);
    /// # Ok::<(), kissats::schedule::WorkloadError>(())
    /// ```
    #[must_use]
    pub fn with_durations(mut self, durations: Vec<u64>) -> Self {
        self.durations = durations;
        self
    }

    /// The same, with one lock more, which these tasks need for themselves.
    pub(crate) fn with_lock(mut self, holders: &[u32]) -> Self {
        let lock = Need::units(as_index(self.stocks.len()), 1);
        self.stocks.push(Stock::lock());
        let mut holds = vec![false; self.len()];
        for &task in holders {
            holds[task as usize] = true;
        }
        let mut needs = Rows::default();
        for (row, holds) in self.needs.iter().zip(holds) {
            needs.push(row.iter().copied().chain(holds.then_some(lock)));
        }
        self.needs = needs;
        self
    }

    /// How many tasks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.durations.len()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.durations.is_empty()
    }

    /// How many tasks can run at a time.
    #[must_use]
    pub fn workers(&self) -> u32 {
        self.workers
    }

    /// The resources.
    #[must_use]
    pub fn stocks(&self) -> &[Stock] {
        &self.stocks
    }

    /// How long each task is expected to take.
    #[must_use]
    pub fn durations(&self) -> &[u64] {
        &self.durations
    }

    /// What a task holds while it runs.
    #[must_use]
    pub fn needs(&self, task: u32) -> &[Need] {
        &self.needs[task as usize]
    }

    /// The tasks that must have ended before.
    #[must_use]
    pub fn prereqs(&self, task: u32) -> &[u32] {
        &self.prereqs[task as usize]
    }

    /// The tasks that wait for it.
    #[must_use]
    pub fn dependents(&self, task: u32) -> &[u32] {
        &self.dependents[task as usize]
    }

    /// The author's word on when a task is to run: the lower, the earlier.
    #[must_use]
    pub fn priority(&self, task: u32) -> i32 {
        self.priorities[task as usize]
    }

    /// Every task after all that it waits for.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    pub(crate) fn prereq_rows(&self) -> &Rows<u32> {
        &self.prereqs
    }

    pub(crate) fn dependent_rows(&self) -> &Rows<u32> {
        &self.dependents
    }

    /// Of each task, how long it is from its start to the end of the last that waits for it.
    ///
    /// ```
    /// # use kissats::schedule::{WorkTask, Workload};
    /// let tasks = vec![WorkTask::new(3), WorkTask::new(4).after(0), WorkTask::new(1).after(0)];
    /// assert_eq!(Workload::new(1, Vec::new(), tasks)?.levels(), [7, 4, 1]);
    /// # Ok::<(), kissats::schedule::WorkloadError>(())
    /// ```
    #[must_use]
    pub fn levels(&self) -> Vec<u64> {
        let mut levels = vec![0; self.len()];
        for &task in self.order.iter().rev() {
            let after = self.dependents(task).iter();
            let after = after.map(|&next| levels[next as usize]).max().unwrap_or(0);
            levels[task as usize] = self.durations[task as usize].saturating_add(after);
        }
        levels
    }
}

fn check(
    number: u32,
    task: &WorkTask,
    tasks: usize,
    stocks: &[Stock],
) -> Result<(), WorkloadError> {
    if let Some(&prereq) = task.prereqs.iter().find(|&&on| on as usize >= tasks) {
        return Err(WorkloadError::UnknownPrereq {
            task: number,
            prereq,
            tasks,
        });
    }
    for (place, need) in task.needs.iter().enumerate() {
        let resource = need.resource;
        let Some(stock) = stocks.get(resource as usize) else {
            return Err(WorkloadError::UnknownResource {
                task: number,
                resource,
                resources: stocks.len(),
            });
        };
        let units = match need.share {
            Share::Shared => stock.shared_takes,
            Share::Units(units) => units,
        };
        if units > stock.capacity {
            return Err(WorkloadError::OverCapacity {
                task: number,
                resource,
                units,
                capacity: stock.capacity,
            });
        }
        if task.needs[..place]
            .iter()
            .any(|other| other.resource == resource)
        {
            return Err(WorkloadError::NeededTwice {
                task: number,
                resource,
            });
        }
    }
    Ok(())
}

/// Kahn 1962: whoever waits for nobody, the lowest number first among those that are free together.
fn topological(prereqs: &Rows<u32>, dependents: &Rows<u32>) -> Result<Vec<u32>, WorkloadError> {
    let mut open: Vec<u32> = prereqs.iter().map(|row| as_index(row.len())).collect();
    let mut order: Vec<u32> = (0..as_index(open.len()))
        .filter(|&task| open[task as usize] == 0)
        .collect();
    let mut next = 0;
    while let Some(&task) = order.get(next) {
        next += 1;
        for &dependent in &dependents[task as usize] {
            open[dependent as usize] -= 1;
            if open[dependent as usize] == 0 {
                order.push(dependent);
            }
        }
    }
    let Some(mut task) = open.iter().position(|&count| count > 0) else {
        return Ok(order);
    };
    // It may only wait for those in the circle. Who goes from one to what it waits for, as often as
    // there are tasks, ends inside.
    for _ in 0..open.len() {
        let mut on = prereqs[task].iter().map(|&on| on as usize);
        task = on.find(|&on| open[on] > 0).unwrap_or(task);
    }
    Err(WorkloadError::Circle {
        task: as_index(task),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_run_is_refused() {
        let refused = |tasks| Workload::new(1, vec![Stock::lock()], tasks).unwrap_err();
        assert!(matches!(
            Workload::new(0, Vec::new(), Vec::new()),
            Err(WorkloadError::NoWorker)
        ));
        let circle = vec![WorkTask::new(1).after(1), WorkTask::new(1).after(0)];
        assert!(matches!(refused(circle), WorkloadError::Circle { .. }));
        let after = [1, 2, 1].map(|on| WorkTask::new(1).after(on)).to_vec();
        assert_ne!(refused(after), WorkloadError::Circle { task: 0 });
        let message = refused(vec![WorkTask::new(1).with(Need::units(0, 2))]).to_string();
        assert_eq!(
            message,
            "task 0 needs 2 units of resource 0, which has 1: expected at most that many"
        );
        let twice = WorkTask::new(1)
            .with(Need::units(0, 1))
            .with(Need::shared(0));
        assert!(matches!(
            refused(vec![twice]),
            WorkloadError::NeededTwice { .. }
        ));
        let unknown = WorkTask::new(1).with(Need::shared(7));
        assert!(matches!(
            refused(vec![unknown]),
            WorkloadError::UnknownResource { resource: 7, .. }
        ));
        assert!(matches!(
            refused(vec![WorkTask::new(1).after(9)]),
            WorkloadError::UnknownPrereq { prereq: 9, .. }
        ));
    }
}
