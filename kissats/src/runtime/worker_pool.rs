//! Workers that wait for jobs, each on a thread of its own.

use std::io;

use crate::engine::Lane;
use crate::plan::Step;

/// Somebody who runs one job at a time.
pub(super) trait PoolWorker: Sized {
    /// What it runs.
    type Job;

    /// Hands over a job; the worker tells the run how it goes. It runs nothing else meanwhile.
    fn give(&self, job: Self::Job);
}

/// Workers, started when there is something for them to do and kept for what comes next.
#[derive(Debug)]
pub(super) struct WorkerPool<W> {
    idle: Vec<W>,
    /// Those that wait for the next task of their lane, and for no other.
    of_lanes: Vec<(Lane, W)>,
    /// Few enough to look at one after the other.
    busy: Vec<Busy<W>>,
}

/// A worker at work.
#[derive(Debug)]
struct Busy<W> {
    step: Step,
    lane: Option<Lane>,
    worker: W,
}

impl<W: PoolWorker> WorkerPool<W> {
    pub(super) fn new() -> Self {
        Self {
            idle: Vec::new(),
            of_lanes: Vec::new(),
            busy: Vec::new(),
        }
    }

    /// Has a job run: by the worker of its lane, by one that is idle, or by a new one.
    ///
    /// # Errors
    /// If there is to be a new one, and there cannot be.
    pub(super) fn run(
        &mut self,
        step: Step,
        lane: Option<Lane>,
        job: W::Job,
        new: impl FnOnce() -> io::Result<W>,
    ) -> io::Result<()> {
        let of_lane = lane.and_then(|lane| self.take_of_lane(lane));
        let worker = match of_lane.or_else(|| self.idle.pop()) {
            Some(worker) => worker,
            None => new()?,
        };
        worker.give(job);
        self.busy.push(Busy { step, lane, worker });
        Ok(())
    }

    /// The job has ended: its worker is free for another one.
    pub(super) fn has_ended(&mut self, step: Step) {
        let Some(Busy { lane, worker, .. }) = self.take(step) else {
            return;
        };
        match lane {
            Some(lane) => self.of_lanes.push((lane, worker)),
            None => self.idle.push(worker),
        }
    }

    /// No more jobs of the lane will come.
    pub(super) fn leave_lane(&mut self, lane: Lane) {
        if let Some(worker) = self.take_of_lane(lane) {
            self.idle.push(worker);
        }
        for busy in &mut self.busy {
            if busy.lane == Some(lane) {
                busy.lane = None;
            }
        }
    }

    /// The worker that is at this step.
    pub(super) fn at(&self, step: Step) -> Option<&W> {
        let busy = self.busy.iter().find(|busy| busy.step == step);
        busy.map(|busy| &busy.worker)
    }

    /// The worker is not counted on any more.
    pub(super) fn forget(&mut self, step: Step) {
        self.take(step);
    }

    fn take(&mut self, step: Step) -> Option<Busy<W>> {
        let mut place = 0;
        while place < self.busy.len() {
            if self.busy[place].step == step {
                return Some(self.busy.swap_remove(place));
            }
            place += 1;
        }
        None
    }

    fn take_of_lane(&mut self, lane: Lane) -> Option<W> {
        let place = self.of_lanes.iter().position(|(of, _)| *of == lane)?;
        Some(self.of_lanes.swap_remove(place).1)
    }

    /// Everybody, and who is at work.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (W, bool)> {
        let busy = self.busy.drain(..).map(|busy| (busy.worker, true));
        let of_lanes = self.of_lanes.drain(..).map(|(_, worker)| (worker, false));
        let idle = self.idle.drain(..).map(|worker| (worker, false));
        busy.chain(of_lanes).chain(idle)
    }
}
