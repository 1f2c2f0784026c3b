//! The worker processes of a run.

#![expect(
    clippy::disallowed_methods,
    reason = "each worker process is waited for on a thread of its own, and one that does not end is killed from another"
)]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::engine::{Event, Lane};
use crate::model::{CapturedOutput, Problem, ProblemKind, Stage, TaskContext, TaskResult};
use crate::plan::Step;
use crate::runtime::process::{ProcessGroup, WorkerOutput, WorkerProcess};
use crate::runtime::worker_pool::{PoolWorker, WorkerPool};
use crate::wire::{HeldMessage, RunOrder};

/// Whether this program knows what to do when it is started as a worker. If it did not, it would run
/// its tasks once more, and start workers in turn.
static CAN_BE_WORKER: AtomicBool = AtomicBool::new(false);

/// The program has asked whether it is a worker.
pub(crate) fn allow_workers() {
    CAN_BE_WORKER.store(true, Ordering::Relaxed);
}

/// How long something that was asked to end may take.
const GRACE: Duration = Duration::from_secs(5);

/// Worker processes, started when there is something for them to do and kept for the next task.
#[derive(Debug)]
pub(in crate::runtime) struct ProcessPool {
    slots: WorkerPool<Slot>,
    events: Sender<Event>,
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
    pub(in crate::runtime) fn new(events: Sender<Event>, captures: bool) -> Self {
        Self {
            slots: WorkerPool::new(),
            events,
            captures,
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
        let (events, captures) = (self.events.clone(), self.captures);
        let new = || Slot::start(events, captures);
        self.slots.run(job.step, lane, job, new)
    }

    /// The attempt has ended: its process is free for another.
    pub(in crate::runtime) fn has_ended(&mut self, step: Step) {
        self.slots.has_ended(step);
    }

    pub(in crate::runtime) fn leave_lane(&mut self, lane: Lane) {
        self.slots.leave_lane(lane);
    }

    /// Ends the process of a task that was given up, and all that the task has started: first asked,
    /// then killed. Returns what it has written, if that is kept.
    pub(in crate::runtime) fn give_up(&self, step: Step) -> Option<Box<CapturedOutput>> {
        self.slots.at(step)?.process.give_up()
    }
}

impl Drop for ProcessPool {
    fn drop(&mut self) {
        let threads = self.slots.drain().map(|(slot, is_busy)| {
            if is_busy {
                slot.process.kill();
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
    jobs: Sender<ProcessJob>,
    process: Process,
    thread: JoinHandle<()>,
}

impl PoolWorker for Slot {
    type Job = ProcessJob;

    fn give(&self, job: ProcessJob) {
        // It ends only when nobody can order anything any more.
        let _ = self.jobs.send(job);
    }
}

impl Slot {
    fn start(events: Sender<Event>, captures: bool) -> io::Result<Self> {
        let (sender, jobs) = channel();
        let process = Process::default();
        let of_thread = process.clone();
        let thread = thread::Builder::new()
            .name("kissats process".to_owned())
            .spawn(move || wait(&jobs, &of_thread, &events, captures))?;
        Ok(Self {
            jobs: sender,
            process,
            thread,
        })
    }
}

fn wait(jobs: &Receiver<ProcessJob>, process: &Process, events: &Sender<Event>, captures: bool) {
    let mut worker = None;
    while let Ok(job) = jobs.recv() {
        let step = job.step;
        let start = || WorkerProcess::start(captures);
        let result = match worker.take().map_or_else(start, Ok) {
            Ok(mut started) => {
                process.set(started.group(), started.output());
                let order = order(&job, started.end_mark());
                // After an interrupt nobody may be listening any more.
                let began = || drop(events.send(Event::BodyStarted(step)));
                let served = started.run(order, began, || process.clear());
                for (key, value) in served.changed {
                    job.cx.set_param(key, value);
                }
                worker = served.is_alive.then_some(started);
                served.result
            }
            Err(error) => {
                let message = format!("no process could be started for it: {error}");
                let problem = Problem::new(Stage::Main, ProblemKind::Error, message);
                TaskResult::broken(problem, Duration::ZERO)
            }
        };
        let _ = events.send(Event::Ended {
            step,
            result: Box::new(result),
        });
    }
    process.clear();
}

fn order(job: &ProcessJob, end_mark: Option<String>) -> RunOrder {
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
        end_mark,
    }
}

/// The process group of a slot while it may be signalled: before it is waited for, after which its
/// number may be somebody else's.
#[derive(Debug, Clone, Default)]
struct Process(Arc<Mutex<Option<Running>>>);

#[derive(Debug)]
struct Running {
    group: ProcessGroup,
    output: Option<WorkerOutput>,
}

impl Process {
    fn set(&self, group: ProcessGroup, output: Option<WorkerOutput>) {
        *self.lock() = Some(Running { group, output });
    }

    fn clear(&self) {
        *self.lock() = None;
    }

    fn kill(&self) {
        if let Some(running) = &*self.lock() {
            running.group.kill();
        }
    }

    fn give_up(&self) -> Option<Box<CapturedOutput>> {
        let (asked, output) = {
            let process = self.lock();
            let running = process.as_ref()?;
            (running.group, running.output.clone())
        };
        asked.terminate();
        let process = self.clone();
        let kill = move || {
            thread::sleep(GRACE);
            let now = process.lock();
            if now.as_ref().is_some_and(|now| now.group == asked) {
                asked.kill();
            }
        };
        let killer = thread::Builder::new().name("kissats grace".to_owned());
        if killer.spawn(kill).is_err() {
            self.kill();
        }
        output?.so_far()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
