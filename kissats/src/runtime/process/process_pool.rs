//! The worker processes of a run.

#![expect(
    clippy::disallowed_methods,
    reason = "each worker process is waited for on a thread of its own"
)]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::engine::{Event, Lane};
use crate::model::{Problem, ProblemKind, Stage, TaskContext, TaskResult};
use crate::plan::Step;
use crate::runtime::Mail;
use crate::runtime::jobs::Jobs;
use crate::runtime::process::worker_process::WorkerState;
use crate::runtime::process::{Grip, Guard, WORKER_FLAG, WorkerProcess, program};
use crate::runtime::worker_pool::{PoolWorker, WorkerPool};
use crate::wire::{HeldMessage, RunOrder};

/// Whether this program knows what to do when it is started as a worker. If it did not, it would run
/// its tasks once more, and start workers in turn.
static CAN_BE_WORKER: AtomicBool = AtomicBool::new(false);

/// The program has asked whether it is a worker.
pub(crate) fn allow_workers() {
    CAN_BE_WORKER.store(true, Ordering::Relaxed);
}

/// Worker processes, started when there is something for them to do and kept for the next task.
#[derive(Debug)]
pub(in crate::runtime) struct ProcessPool {
    slots: WorkerPool<Slot>,
    mail: Mail,
    habits: Habits,
    guard: Guard,
}

/// How workers are kept.
#[derive(Debug, Clone, Copy)]
struct Habits {
    /// Whether a process may run tasks that are not tied to each other.
    reuses: bool,
    /// Whether what the workers write is kept.
    captures: bool,
}

/// One attempt of one task of a pack that is linked.
#[derive(Debug)]
pub(in crate::runtime) struct ProcessJob {
    pub(in crate::runtime) step: Step,
    pub(in crate::runtime) pack: String,
    pub(in crate::runtime) cx: TaskContext,
}

impl ProcessPool {
    pub(in crate::runtime) fn new(mail: Mail, reuses: bool, captures: bool) -> Self {
        Self {
            slots: WorkerPool::new(),
            mail,
            habits: Habits { reuses, captures },
            guard: Guard::default(),
        }
    }

    /// Has the attempt run by a process, which tells when it begins and how it ended.
    ///
    /// # Errors
    /// If this program cannot be a worker, or the system gives no thread to wait for one on.
    pub(in crate::runtime) fn run(
        &mut self,
        job: ProcessJob,
        lane: Option<Lane>,
    ) -> io::Result<()> {
        if !CAN_BE_WORKER.load(Ordering::Relaxed) {
            return Err(io::Error::other(
                "run mode `process` starts this program once more: call `kissats::run_as_worker()` first in its `main`",
            ));
        }
        let (mail, guard) = (self.mail.clone(), self.guard.clone());
        let habits = self.habits;
        let new = || Slot::start(mail, habits, guard);
        self.slots.run(job.step, lane, (job, lane), new)
    }

    /// The attempt has ended: its process is free for another.
    pub(in crate::runtime) fn has_ended(&mut self, step: Step) {
        self.slots.has_ended(step);
    }

    pub(in crate::runtime) fn leave_lane(&mut self, lane: Lane) {
        self.slots.leave_lane(lane);
    }

    /// Ends the process of a task, and all that the task has started.
    pub(in crate::runtime) fn kill(&self, step: Step, at_once: bool) {
        if let Some(slot) = self.slots.at(step) {
            slot.grip.end(at_once);
        }
    }
}

impl Drop for ProcessPool {
    fn drop(&mut self) {
        let threads = self.slots.drain().map(|(slot, is_busy)| {
            if is_busy {
                slot.grip.end(true);
            }
            slot.thread
        });
        let threads: Vec<_> = threads.collect();
        for thread in threads {
            // It has nothing more to tell, whatever became of it.
            let _ = thread.join();
        }
    }
}

/// A thread that waits for one process at a time.
#[derive(Debug)]
struct Slot {
    jobs: Jobs<(ProcessJob, Option<Lane>)>,
    grip: Grip,
    thread: JoinHandle<()>,
}

impl PoolWorker for Slot {
    type Job = (ProcessJob, Option<Lane>);

    fn give(&self, job: Self::Job) {
        self.jobs.give(job);
    }
}

impl Slot {
    fn start(mail: Mail, habits: Habits, guard: Guard) -> io::Result<Self> {
        let (giver, jobs) = Jobs::new();
        let grip = Grip::default();
        let mut seat = Seat {
            worker: None,
            lane: None,
            is_reusable: true,
            habits,
            guard,
            grip: grip.clone(),
            mail,
        };
        let thread = thread::Builder::new()
            .name("kissats process".to_owned())
            .spawn(move || {
                while let Some((job, lane)) = jobs.next() {
                    seat.run(&job, lane);
                }
            })?;
        Ok(Self {
            jobs: giver,
            grip,
            thread,
        })
    }
}

/// Where one process after the other runs tasks.
struct Seat {
    worker: Option<WorkerProcess>,
    /// The lane that the worker has served last.
    lane: Option<Lane>,
    /// Whether it is as it was when it started.
    is_reusable: bool,
    habits: Habits,
    guard: Guard,
    grip: Grip,
    mail: Mail,
}

impl Seat {
    fn run(&mut self, job: &ProcessJob, lane: Option<Lane>) {
        if lane.is_none() || lane != self.lane {
            self.replace_if_used_up();
        }
        self.lane = lane;
        let result = self.result_of(job);
        if lane.is_none() {
            // What the task has left behind may use what is about to be released.
            self.replace_if_used_up();
        }
        // After an interrupt nobody may be looking any more.
        self.mail.send(Event::Ended {
            step: job.step,
            result: Box::new(result),
        });
    }

    fn result_of(&mut self, job: &ProcessJob) -> TaskResult {
        loop {
            let kept = self.worker.take_if(|worker| !worker.has_ended());
            let (mut worker, is_new) = match kept {
                Some(worker) => {
                    self.grip.take_hold(worker.group());
                    (worker, false)
                }
                None => match self.start() {
                    Ok(worker) => (worker, true),
                    Err(result) => {
                        self.grip.let_go();
                        return *result;
                    }
                },
            };
            let began = || self.mail.send(Event::BodyStarted(job.step));
            let served = worker.run(order(job, self.habits.captures), began, &self.grip);
            let was_told_to_end = self.grip.let_go();
            let Some(served) = served else {
                // It has ended since it ran a task, of something which that had left behind.
                if !is_new && !was_told_to_end {
                    continue;
                }
                let problem = Problem::new(
                    Stage::Main,
                    ProblemKind::Crashed,
                    "its process ended before it began",
                );
                return TaskResult::broken(problem, Duration::ZERO);
            };
            for (key, value) in served.changed {
                job.cx.set_param(key, value);
            }
            if served.worker != WorkerState::Gone {
                let is_fresh = served.worker == WorkerState::Fresh;
                self.is_reusable = self.habits.reuses && is_fresh && !was_told_to_end;
                self.worker = Some(worker);
            }
            return served.result;
        }
    }

    fn start(&self) -> Result<WorkerProcess, Box<TaskResult>> {
        WorkerProcess::start(
            program(WORKER_FLAG),
            self.habits.captures,
            &self.grip,
            &self.guard,
        )
    }

    fn replace_if_used_up(&mut self) {
        if !self.is_reusable {
            self.worker = None;
            self.is_reusable = true;
        }
    }
}

fn order(job: &ProcessJob, captured: bool) -> RunOrder {
    let (cx, params) = (&job.cx, job.cx.params());
    RunOrder {
        pack: job.pack.clone(),
        task: cx.name().to_string(),
        attempt: cx.attempt(),
        spec: cx.spec().to_document(),
        dut: params.dut().map(ToString::to_string),
        ats: params.ats().map(ToString::to_string),
        params: params.values().clone(),
        resources: cx.resources().iter().map(HeldMessage::from).collect(),
        captured,
    }
}
