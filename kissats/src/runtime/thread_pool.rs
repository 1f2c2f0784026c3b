//! The threads on which tasks run beside each other.

#![expect(
    clippy::disallowed_methods,
    reason = "tasks that may run beside others run on threads of their own"
)]

use std::io;
use std::sync::Weak;
use std::thread;

use crate::engine::{Event, Lane};
use crate::plan::Step;
use crate::runtime::Mail;
use crate::runtime::jobs::Jobs;
use crate::runtime::worker::Job;
use crate::runtime::worker_pool::{PoolWorker, WorkerPool};

/// The main worker and those beside it.
pub(super) struct ThreadPool {
    workers: WorkerPool<ThreadWorker>,
    /// The one for tasks that must not run beside each other.
    main: WorkerPool<ThreadWorker>,
    mail: Mail,
    /// Who carries the run on, if the threads do.
    run: Option<Weak<dyn CarriesOn>>,
}

/// A run that the threads of bodies carry on.
pub(super) trait CarriesOn: Send + Sync {
    /// A body has ended like this. The run goes on from there on the thread of the caller, as far as it goes
    /// without waiting.
    fn carry_on(&self, ended: Event);
}

/// A thread that runs what it is given.
struct ThreadWorker(Jobs<Job>);

impl ThreadPool {
    pub(super) fn new(mail: Mail) -> Self {
        Self {
            workers: WorkerPool::new(),
            main: WorkerPool::new(),
            mail,
            run: None,
        }
    }

    /// From now on they carry on this run, and tell it themselves what has ended.
    pub(super) fn tell(&mut self, run: Weak<dyn CarriesOn>) {
        self.run = Some(run);
    }

    /// Has a job run on a thread, which tells when it begins and how it ended.
    ///
    /// # Errors
    /// What the system says if it gives no thread.
    pub(super) fn run(&mut self, job: Job, is_main: bool, lane: Option<Lane>) -> io::Result<()> {
        let (mail, run) = (self.mail.clone(), self.run.clone());
        let (pool, name) = if is_main {
            (&mut self.main, "kissats main worker")
        } else {
            (&mut self.workers, "kissats worker")
        };
        let new = || ThreadWorker::start(name, mail, run);
        pool.run(job.step, lane, job, new)
    }

    pub(super) fn has_ended(&mut self, step: Step) {
        self.workers.has_ended(step);
        self.main.has_ended(step);
    }

    pub(super) fn leave_lane(&mut self, lane: Lane) {
        self.workers.leave_lane(lane);
    }

    /// A body that was given up keeps its thread; the next gets another one.
    pub(super) fn give_up(&mut self, step: Step) {
        self.workers.forget(step);
        self.main.forget(step);
    }
}

impl ThreadWorker {
    fn start(name: &str, mail: Mail, run: Option<Weak<dyn CarriesOn>>) -> io::Result<Self> {
        let (giver, jobs) = Jobs::<Job>::new();
        let work = move || {
            while let Some(job) = jobs.next() {
                // After an interrupt nobody may be looking any more.
                if job.has_timeout() {
                    mail.send(Event::BodyStarted(job.step));
                }
                let ended = job.run();
                match run.as_ref().and_then(Weak::upgrade) {
                    Some(run) => run.carry_on(ended),
                    None => mail.send(ended),
                }
            }
        };
        thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self(giver))
    }
}

impl PoolWorker for ThreadWorker {
    type Job = Job;

    fn give(&self, job: Job) {
        self.0.give(job);
    }
}
