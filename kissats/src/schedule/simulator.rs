//! Runs of one workload in virtual time, one after the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::schedule::rows::as_index;
use crate::schedule::{DispatchTask, Dispatcher, SimulatedRun, Workload};

/// A workload with its dispatcher, and memory that is used again for every run.
#[derive(Debug)]
pub(crate) struct Simulator<'a> {
    workload: &'a Workload,
    dispatcher: Dispatcher,
    /// How many prerequisites of each task have not ended.
    open: Vec<u32>,
    ending: BinaryHeap<Reverse<(u64, u32)>>,
    starts: Vec<u64>,
}

impl<'a> Simulator<'a> {
    pub(crate) fn new(workload: &'a Workload, patience: u64) -> Self {
        let dispatcher = Dispatcher::new(workload.workers(), workload.stocks());
        let mut simulator = Self {
            workload,
            dispatcher: dispatcher.with_patience(patience),
            open: Vec::with_capacity(workload.len()),
            ending: BinaryHeap::new(),
            starts: Vec::with_capacity(workload.len()),
        };
        for (task, &duration) in (0..).zip(workload.durations()) {
            let known = DispatchTask {
                duration,
                level: 0,
                priority: workload.priority(task),
            };
            simulator.dispatcher.admit(&known, workload.needs(task));
        }
        simulator
    }

    /// What is expected back within so many ticks is waited for.
    pub(crate) fn set_moment(&mut self, ticks: u64) {
        self.dispatcher.set_moment(ticks);
    }

    /// When the last task ends, if the tasks take so long. `tails` are the levels for these durations:
    /// if they show that the run ends after `latest`, it is given up. `starts` says what was started.
    pub(crate) fn makespan(
        &mut self,
        levels: &[u64],
        durations: &[u64],
        tails: &[u64],
        latest: u64,
    ) -> Option<u64> {
        self.dispatcher.rewind(levels);
        self.open.clear();
        self.ending.clear();
        self.starts.clear();
        self.starts.resize(self.workload.len(), u64::MAX);
        for task in 0..as_index(self.workload.len()) {
            let prereqs = self.workload.prereqs(task).len();
            self.open.push(as_index(prereqs));
            if prereqs == 0 {
                self.dispatcher.ready(0, task);
            }
        }
        let mut now: u64 = 0;
        loop {
            while let Some(task) = self.dispatcher.next(now) {
                let number = task as usize;
                if now.saturating_add(tails[number]) > latest {
                    return None;
                }
                self.starts[number] = now;
                let end = now.saturating_add(durations[number]);
                self.ending.push(Reverse((end, task)));
            }
            let Some(&Reverse((end, _))) = self.ending.peek() else {
                return Some(now);
            };
            now = end;
            self.end_all(now);
        }
    }

    fn end_all(&mut self, now: u64) {
        while let Some(&Reverse((end, task))) = self.ending.peek()
            && end == now
        {
            self.ending.pop();
            self.dispatcher.ended(task);
            for &dependent in self.workload.dependents(task) {
                let open = &mut self.open[dependent as usize];
                *open -= 1;
                if *open == 0 {
                    self.dispatcher.ready(now, dependent);
                }
            }
        }
    }

    /// The last run, and when it ended.
    pub(crate) fn into_run(self, makespan: u64) -> SimulatedRun {
        SimulatedRun {
            starts: self.starts,
            makespan,
            examined: self.dispatcher.examined(),
        }
    }
}
