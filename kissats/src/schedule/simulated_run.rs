//! A run in virtual time.

use crate::schedule::Workload;
use crate::schedule::simulator::Simulator;

/// What a run comes to if every task takes exactly as long as it is said to.
///
/// ```
/// use kissats::schedule::{Need, SimulatedRun, Stock, WorkTask, Workload};
///
/// let lock = Need::units(0, 1);
/// let tasks = vec![WorkTask::new(3).with(lock), WorkTask::new(4).with(lock), WorkTask::new(5)];
/// let workload = Workload::new(2, vec![Stock::lock()], tasks)?;
/// let run = SimulatedRun::of(&workload, &[3, 4, 5], workload.durations(), u64::MAX);
/// assert_eq!(run.makespan, 7);
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
    /// `levels` are what [`DispatchTask::level`](crate::schedule::DispatchTask::level) says, and
    /// `patience` is what [`Dispatcher::with_patience`](crate::schedule::Dispatcher::with_patience) says.
    #[must_use]
    pub fn of(workload: &Workload, levels: &[u64], durations: &[u64], patience: u64) -> Self {
        let mut simulator = Simulator::new(workload, patience);
        let makespan = simulator.makespan(levels, durations, durations, u64::MAX);
        simulator.into_run(makespan.unwrap_or(u64::MAX))
    }
}
