//! The worker's side: tasks run as they are ordered, until the run has no more or is gone.

#![expect(
    clippy::disallowed_methods,
    reason = "a thread of its own notices that the run is gone while a task is at work"
)]

use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::model::{
    Clock, GlobalParams, HeldResource, LoadedTask, ResolvedTask, SharedParams, TaskContext,
    TaskLog, TaskSpec,
};
use crate::runtime::Mail;
use crate::runtime::capture::LiveLog;
use crate::runtime::jobs::Jobs;
use crate::runtime::life_cycle;
use crate::runtime::process::{Surroundings, descriptor, group};
use crate::wire::{Order, Report, ResultMessage, RunOrder, VERSION, from_line, to_line};

/// The word on the command line that makes the test binary a worker. Not a variable of the
/// environment, which the programs that a task starts would inherit.
pub(crate) const WORKER_FLAG: &str = "--kissats-worker";

/// Runs tasks until the run has no more of them.
pub(crate) fn serve(
    find: impl Fn(&str, &TaskSpec) -> Option<Arc<ResolvedTask>>,
    clock: &dyn Clock,
) -> ExitCode {
    match Worker::connect() {
        Ok(worker) => match worker.obey(find, clock) {
            Ok(()) => ExitCode::SUCCESS,
            // The run is gone, or the task has closed what leads there.
            Err(error) => {
                let _ = writeln!(io::stderr(), "kissats: the run cannot be told: {error}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            let _ = writeln!(
                io::stderr(),
                "kissats: {WORKER_FLAG} is for kissats itself, which hands over a socket as stdin: {error}"
            );
            ExitCode::FAILURE
        }
    }
}

struct Worker {
    orders: Mail<Option<String>>,
    reports: Arc<Reports>,
}

/// The line to the run.
struct Reports(Mutex<Line>);

struct Line {
    stream: UnixStream,
    /// How many tasks have ended: what one of them records later is nobody's.
    ended: u64,
}

/// The log of a task, which the run keeps: it is there even if this process dies.
struct SentLog {
    reports: Arc<Reports>,
    /// How many tasks had ended when it began.
    task: u64,
}

impl TaskLog for SentLog {
    fn add(&self, record: &str) {
        let mut line = self.reports.line();
        if line.ended == self.task {
            let record = record.to_owned();
            // If the run is gone, so is this process.
            let _ = line.tell(&Report::Logged { record });
        }
    }
}

impl Reports {
    fn tell(&self, report: &Report) -> io::Result<()> {
        self.line().tell(report)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn tell(&mut self, report: &Report) -> io::Result<()> {
        if matches!(report, Report::Ended(_)) {
            self.ended += 1;
        }
        self.stream.write_all(to_line(report)?.as_bytes())
    }
}

impl Worker {
    fn connect() -> io::Result<Self> {
        let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        // Fails if it is anything else.
        stream.peer_addr()?;
        descriptor::empty_stdin()?;
        let lines = BufReader::new(stream.try_clone()?).lines();
        let (giver, orders) = Jobs::new();
        let listen = move || {
            for line in lines.map_while(Result::ok) {
                let is_last = matches!(from_line(&line), Ok(Order::Leave));
                giver.give(line);
                if is_last {
                    return;
                }
            }
            // The run is gone. Nobody would ever look at what a task still does.
            group::kill_own_group();
        };
        thread::Builder::new()
            .name("kissats orders".to_owned())
            .spawn(listen)?;
        let reports = Arc::new(Reports(Mutex::new(Line { stream, ended: 0 })));
        Ok(Self { orders, reports })
    }

    fn obey(
        &self,
        find: impl Fn(&str, &TaskSpec) -> Option<Arc<ResolvedTask>>,
        clock: &dyn Clock,
    ) -> io::Result<()> {
        let at_first = Surroundings::now();
        self.reports.tell(&Report::Ready { version: VERSION })?;
        while let Some(line) = self.orders.next() {
            let report = match from_line(&line) {
                Ok(Order::Leave) => return Ok(()),
                Ok(Order::Run(order)) => self.run(*order, &at_first, &find, clock)?,
                Err(error) => Report::Refused {
                    why: error.to_string(),
                },
            };
            self.reports.tell(&report)?;
        }
        Ok(())
    }

    fn run(
        &self,
        order: RunOrder,
        at_first: &Surroundings,
        find: impl Fn(&str, &TaskSpec) -> Option<Arc<ResolvedTask>>,
        clock: &dyn Clock,
    ) -> io::Result<Report> {
        let ordered = match Ordered::read(&order, find) {
            Ok(ordered) => ordered,
            Err(why) => return Ok(Report::Refused { why }),
        };
        let shared = Arc::new(SharedParams::new(ordered.params));
        let before = shared.snapshot();
        let name = ordered.task.spec.name();
        let log: Arc<dyn TaskLog> = if order.captured {
            Arc::new(SentLog {
                reports: Arc::clone(&self.reports),
                task: self.reports.line().ended,
            })
        } else {
            Arc::new(LiveLog(name.clone()))
        };
        let cx = TaskContext::new(
            Arc::clone(&ordered.task.spec),
            Arc::clone(&shared),
            ordered.resources.into(),
            order.attempt,
            None,
            log,
        );
        if cx.spec().timeout.is_some() {
            self.reports.tell(&Report::BodyStarted)?;
        }
        let result = life_cycle::run(cx.name(), &LoadedTask::Resolved(ordered.task), &cx, clock);
        let changed = shared.snapshot().changes_since(&before);
        // Whoever closed it has written all there is.
        let _ = io::stdout().flush();
        let worn = Surroundings::now() != *at_first;
        let ended = ResultMessage::new(&result, changed, worn);
        Ok(Report::Ended(Box::new(ended)))
    }
}

/// An order whose every word is understood.
struct Ordered {
    task: Arc<ResolvedTask>,
    params: GlobalParams,
    resources: Vec<HeldResource>,
}

impl Ordered {
    fn read(
        order: &RunOrder,
        find: impl Fn(&str, &TaskSpec) -> Option<Arc<ResolvedTask>>,
    ) -> Result<Self, String> {
        let spec =
            TaskSpec::from_document(order.spec.clone()).map_err(|errors| errors.to_string())?;
        let task = find(&order.pack, &spec)
            .ok_or_else(|| format!("this binary has no task `{}::{}`", order.pack, order.task))?;
        let resources = order.resources.iter().cloned().map(HeldResource::try_from);
        Ok(Self {
            task,
            params: order.global_params().map_err(|error| error.to_string())?,
            resources: resources
                .collect::<Result<_, _>>()
                .map_err(|error| error.to_string())?,
        })
    }
}
