//! A run in virtual time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::schedule::rows::as_index;
use crate::schedule::{DispatchTask, Dispatcher, Workload};

/// What a run comes to if every task takes exactly as long as it is said to.
///
/// ```
/// use kissats::schedule::{Need, SimulatedRun, Stock, WorkTask, Workload};
///
/// let lock = Need::units(0, 1);
/// let tasks = vec![WorkTask::new(3).with(lock), WorkTask::new(4).with(lock), WorkTask::new(5)];
/// let workload = Workload::new(2, vec![Stock::lock()], tasks)?;
/// let run = SimulatedRun::of(&workload, &[3, 4, 5], workload.durations(), u64::MAX);
/// assert_eq!(run.makespan, 8);
/// assert_eq!(run.starts, [5, 0, 0]);
/// # Ok::<(), kissats::schedule::WorkloadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedRun {
    /// When each task starts.
    pub starts: Vec<u64>,
    /// When the last one ends.
    pub makespan: u64,
    /// How often the dispatcher looked at a class of tasks.
    pub examined: u64,
}

impl SimulatedRun {
    /// Runs the workload, whose durations are what is expected, with those that come true.
    ///
    /// `levels` are what [`DispatchTask::level`] says, and `patience` is what
    /// [`Dispatcher::with_patience`] says.
    #[must_use]
    pub fn of(workload: &Workload, levels: &[u64], durations: &[u64], patience: u64) -> Self {
        let mut dispatcher = admitted(workload, levels);
        dispatcher = dispatcher.with_patience(patience);
        Self::with(dispatcher, workload, durations)
    }

    /// The same, with a dispatcher that has admitted all tasks and started none.
    pub(crate) fn with(mut dispatcher: Dispatcher, workload: &Workload, durations: &[u64]) -> Self {
        let count = workload.len();
        let mut starts = vec![u64::MAX; count];
        let mut open: Vec<u32> = Vec::with_capacity(count);
        for task in 0..as_index(count) {
            let prereqs = workload.prereqs(task).len();
            open.push(as_index(prereqs));
            if prereqs == 0 {
                dispatcher.ready(0, task);
            }
        }
        let mut ending = BinaryHeap::new();
        let mut now = 0;
        loop {
            while let Some(task) = dispatcher.next(now) {
                starts[task as usize] = now;
                ending.push(Reverse((
                    now.saturating_add(durations[task as usize]),
                    task,
                )));
            }
            let Some(&Reverse((end, _))) = ending.peek() else {
                break;
            };
            now = end;
            while let Some(&Reverse((end, task))) = ending.peek()
                && end == now
            {
                ending.pop();
                dispatcher.ended(task);
                for &dependent in workload.dependents(task) {
                    open[dependent as usize] -= 1;
                    if open[dependent as usize] == 0 {
                        dispatcher.ready(now, dependent);
                    }
                }
            }
        }
        Self {
            starts,
            makespan: now,
            examined: dispatcher.examined(),
        }
    }
}

/// A dispatcher that knows all tasks of the workload.
pub(crate) fn admitted(workload: &Workload, levels: &[u64]) -> Dispatcher {
    let mut dispatcher = Dispatcher::new(workload.workers(), workload.stocks());
    for (task, &duration) in (0..).zip(workload.durations()) {
        let known = DispatchTask {
            duration,
            level: levels[task as usize],
            priority: workload.priority(task),
        };
        dispatcher.admit(&known, workload.needs(task));
    }
    dispatcher
}
