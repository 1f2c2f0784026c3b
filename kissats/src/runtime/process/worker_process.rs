//! The run's side: a child of the same binary that runs one task after the other.

#![expect(
    clippy::disallowed_methods,
    reason = "this is where worker processes are started"
)]

use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Map, Value};

use crate::model::{Problem, ProblemKind, Stage, TaskResult};
use crate::runtime::process::{Death, ProcessGroup, WORKER_FLAG, WorkerOutput};
use crate::wire::{Order, Report, RunOrder, VERSION, from_line, to_line};

/// How long a worker may take to leave: it may have coverage to write.
const LEAVE_TIME: Duration = Duration::from_secs(5);

/// A worker process. Dropping it ends it.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    child: Child,
    group: ProcessGroup,
    orders: UnixStream,
    reports: BufReader<UnixStream>,
    /// `None` if it goes out as it comes.
    output: Option<WorkerOutput>,
    served: u64,
}

/// How an order was served.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) result: TaskResult,
    /// The parameters of the run that the task has changed.
    pub(super) changed: Map<String, Value>,
    /// Whether the worker can run another task.
    pub(super) is_alive: bool,
}

impl WorkerProcess {
    /// Starts a worker, and waits until it speaks. What it writes is kept if `captures`.
    ///
    /// # Errors
    /// If there can be no more processes, or the child is no worker.
    pub(super) fn start(captures: bool) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg(WORKER_FLAG)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .process_group(0);
        if captures {
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
        }
        let mut child = command.spawn()?;
        // It holds the other end of the socket: the child's death must close it.
        drop(command);
        let leader = || io::Error::other("the child leads no group");
        let output = captures
            .then(|| WorkerOutput::read(&mut child))
            .transpose()?;
        let mut worker = Self {
            group: ProcessGroup::of_leader(child.id()).ok_or_else(leader)?,
            child,
            orders: ours.try_clone()?,
            reports: BufReader::new(ours),
            output,
            served: 0,
        };
        match worker.hear() {
            Ok(Some(Report::Ready { version: VERSION })) => Ok(worker),
            Ok(report) => Err(io::Error::other(format!(
                "expected the worker to speak version {VERSION}, found {report:?}"
            ))),
            Err(error) => Err(error),
        }
    }

    /// The worker with everything its tasks have started.
    pub(super) fn group(&self) -> ProcessGroup {
        self.group
    }

    /// What it writes, if that is kept.
    pub(super) fn output(&self) -> Option<WorkerOutput> {
        self.output.clone()
    }

    /// What comes after the output of the next task, if that is kept.
    pub(super) fn end_mark(&self) -> Option<String> {
        self.output.as_ref()?;
        let (id, served) = (self.child.id(), self.served);
        Some(format!("\u{1e}kissats {id} {served}\u{1e}"))
    }

    /// Has an attempt run, and waits for its end. If the worker ends first, `dies` is called while its
    /// group still has its number.
    pub(super) fn run(
        &mut self,
        order: RunOrder,
        mut began: impl FnMut(),
        dies: impl FnOnce(),
    ) -> Served {
        let mark = order.end_mark.clone();
        self.served += 1;
        let answer = match self.tell(&Order::Run(Box::new(order))) {
            Ok(()) => self.hear_the_end(&mut began),
            Err(error) => Err(error),
        };
        match answer {
            Ok(Some((mut result, changed))) => {
                if let (Some(output), Some(mark)) = (&self.output, mark) {
                    result.output = output.take_until(mark.as_bytes());
                }
                Served {
                    result,
                    changed,
                    is_alive: true,
                }
            }
            Ok(None) => self.died(None, dies),
            Err(error) => self.died(Some(error.to_string()), dies),
        }
    }

    /// `None` if the worker ended first.
    fn hear_the_end(
        &mut self,
        began: &mut impl FnMut(),
    ) -> io::Result<Option<(TaskResult, Map<String, Value>)>> {
        loop {
            match self.hear()? {
                Some(Report::BodyStarted) => began(),
                Some(Report::Logged { record }) => {
                    if let Some(output) = &self.output {
                        output.log(&record);
                    }
                }
                Some(Report::Ended(mut ended)) => {
                    let changed = std::mem::take(&mut ended.changed);
                    let result = TaskResult::try_from(*ended).map_err(io::Error::other)?;
                    return Ok(Some((result, changed)));
                }
                Some(Report::Refused { why }) => return Err(io::Error::other(why)),
                Some(Report::Ready { .. }) => {}
                None => return Ok(None),
            }
        }
    }

    fn died(&mut self, why: Option<String>, dies: impl FnOnce()) -> Served {
        dies();
        // Whatever it has started must not go on with what is about to be released.
        self.group.kill();
        let death = self.child.wait().map(Death::from);
        let message = match (why, death) {
            (Some(why), _) => why,
            (None, Ok(death)) => death.to_string(),
            (None, Err(error)) => format!("its process is gone: {error}"),
        };
        let problem = Problem::new(Stage::Main, ProblemKind::Crashed, message);
        let mut result = TaskResult::broken(problem, Duration::ZERO);
        result.output = self.output.as_ref().and_then(WorkerOutput::take_all);
        Served {
            result,
            changed: Map::new(),
            is_alive: false,
        }
    }

    fn tell(&mut self, order: &Order) -> io::Result<()> {
        self.orders.write_all(to_line(order)?.as_bytes())
    }

    /// `None` if the worker has ended.
    fn hear(&mut self) -> io::Result<Option<Report>> {
        let mut line = String::new();
        match self.reports.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => from_line(&line).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        let is_gone = matches!(self.child.try_wait(), Ok(Some(_)));
        if !is_gone {
            // A worker that waits for an order leaves in order. What its tasks have left behind does not.
            let _ = self.tell(&Order::Leave);
            let _ = self.orders.set_read_timeout(Some(LEAVE_TIME));
            while matches!(self.hear(), Ok(Some(_))) {}
            self.group.kill();
            let _ = self.child.wait();
        }
    }
}
