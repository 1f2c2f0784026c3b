//! The run's side: a child of the same binary that runs one task after the other.

#![expect(
    clippy::disallowed_methods,
    reason = "this is where worker processes are started and waited for"
)]

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::model::{CapturedOutput, Problem, ProblemKind, Stage, TaskResult};
use crate::runtime::process::{Death, Grip, Guard, ProcessGroup, WorkerOutput, descriptor};
use crate::wire::{Order, Report, RunOrder, VERSION, from_line, to_line};

/// How long a worker may take to leave: it may have coverage to write.
const LEAVE_TIME: Duration = Duration::from_secs(5);

/// How long a worker that has closed its end of the socket may take to end.
const DEATH_TIME: Duration = Duration::from_secs(1);

/// How often to look whether the worker lives. Its end is heard of at once, unless something that a
/// task has left behind holds the socket.
const TICK: Duration = Duration::from_millis(100);

/// A worker process. Dropping it ends it.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    child: Child,
    group: ProcessGroup,
    guard: Guard,
    socket: UnixStream,
    is_connected: bool,
    /// It ended before it had read what it was told.
    has_unread: bool,
    /// What has come through the socket and is no whole line yet.
    heard: Vec<u8>,
    /// How much of that has no end of a line in it.
    searched: usize,
    /// `None` if it goes out as it comes.
    output: Option<WorkerOutput>,
}

/// How an order was served.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) result: TaskResult,
    /// The parameters of the run that the task has changed.
    pub(super) changed: Map<String, Value>,
    pub(super) worker: WorkerState,
}

/// What an order has made of the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkerState {
    /// As it was.
    Fresh,
    /// A task has left something that the next would notice.
    Worn,
    Gone,
}

impl WorkerProcess {
    /// Starts a worker, and waits until it speaks. What it writes is kept if `captures`.
    ///
    /// # Errors
    /// What becomes of a task that was to run there: there can be no more processes, or it is no worker.
    pub(super) fn start(
        command: io::Result<Command>,
        captures: bool,
        grip: &Grip,
        guard: &Guard,
    ) -> Result<Self, Box<TaskResult>> {
        let mut worker = command
            .and_then(|command| Self::spawn(command, captures, guard))
            .map_err(|error| Box::new(not_started(error.to_string())))?;
        grip.take_hold(worker.group);
        let why = match worker.hear(grip) {
            Ok(Some(Report::Ready { version: VERSION })) => return Ok(worker),
            Ok(Some(Report::Ready { version })) => format!(
                "it speaks version {version} of the protocol, the run version {VERSION}: \
                 the program was built anew while it ran; run it again"
            ),
            Ok(Some(report)) => format!("expected that it is ready, found {report:?}"),
            Ok(None) => "it ended, or closed its stdin, before it was ready".to_owned(),
            Err(error) => error.to_string(),
        };
        let dead = worker.died(Some(why), grip).result;
        let why = dead
            .problem
            .map_or_else(String::new, |problem| problem.message);
        let mut result = not_started(why);
        result.output = dead.output;
        Err(Box::new(result))
    }

    fn spawn(mut command: Command, captures: bool, guard: &Guard) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        command
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .process_group(0);
        if captures {
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
        }
        let mut child = command.spawn()?;
        // It holds the other end of the socket: the child's death must close it.
        drop(command);
        let leader = || io::Error::other("the child leads no group");
        let group = ProcessGroup::of_leader(child.id()).ok_or_else(leader)?;
        guard.watch(group);
        Ok(Self {
            output: captures.then(|| WorkerOutput::of(&mut child)).transpose()?,
            group,
            guard: guard.clone(),
            child,
            socket: ours,
            is_connected: true,
            has_unread: false,
            heard: Vec::new(),
            searched: 0,
        })
    }

    /// The worker with everything its tasks have started.
    pub(super) fn group(&self) -> ProcessGroup {
        self.group
    }

    /// Whether it ended although it was not asked to.
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Has an attempt run, and waits for its end. `None` if the worker did not take the order.
    pub(super) fn run(
        &mut self,
        order: RunOrder,
        began: impl FnMut(),
        grip: &Grip,
    ) -> Option<Served> {
        if self.tell(&Order::Run(Box::new(order))).is_err() {
            return None;
        }
        Some(match self.hear_the_end(began, grip) {
            Ok(Some(mut served)) => {
                served.result.output = self.output();
                served
            }
            Ok(None) if self.has_unread => return None,
            Ok(None) => self.died(None, grip),
            Err(error) => self.died(Some(error.to_string()), grip),
        })
    }

    /// `None` if the worker ended first.
    fn hear_the_end(&mut self, mut began: impl FnMut(), grip: &Grip) -> io::Result<Option<Served>> {
        loop {
            match self.hear(grip)? {
                Some(Report::BodyStarted) => began(),
                Some(Report::Logged { record }) => {
                    if let Some(output) = &self.output {
                        output.log(&record);
                    }
                }
                Some(Report::Ended(mut ended)) => {
                    let changed = std::mem::take(&mut ended.changed);
                    let worker = if ended.worn {
                        WorkerState::Worn
                    } else {
                        WorkerState::Fresh
                    };
                    let result = TaskResult::try_from(*ended).map_err(io::Error::other)?;
                    return Ok(Some(Served {
                        result,
                        changed,
                        worker,
                    }));
                }
                Some(Report::Refused { why }) => return Err(io::Error::other(why)),
                Some(Report::Ready { .. }) => {}
                None => return Ok(None),
            }
        }
    }

    /// Everything that was written since it was asked last.
    fn output(&mut self) -> Option<Box<CapturedOutput>> {
        self.output.as_mut().and_then(WorkerOutput::take)
    }

    /// The worker is not to be reached any more, or not to be trusted.
    fn died(&mut self, why: Option<String>, grip: &Grip) -> Served {
        let mut end = match &why {
            None => self.wait_for_end(DEATH_TIME),
            Some(_) => None,
        };
        let was_cut_off = end.is_none();
        // It was asked to end, and what it has started may do so in order.
        while grip.has_grace() && !self.group.is_empty() {
            let _ = self.look(TICK / 10);
        }
        // Whatever it has started must not go on with what is about to be released.
        end = self.end_group(end);
        let message = match (why, end) {
            (_, None) => "its process cannot be killed, and may still use what it held".to_owned(),
            (Some(why), _) => why,
            (None, Some(_)) if was_cut_off => {
                "its process was cut off from the run: a task may only close what it has opened"
                    .to_owned()
            }
            (None, Some(status)) => Death::from(status).to_string(),
        };
        let problem = Problem::new(Stage::Main, ProblemKind::Crashed, message);
        let mut result = TaskResult::broken(problem, Duration::ZERO);
        result.output = self.output();
        Served {
            result,
            changed: Map::new(),
            worker: WorkerState::Gone,
        }
    }

    fn tell(&mut self, order: &Order) -> io::Result<()> {
        self.socket.write_all(to_line(order)?.as_bytes())
    }

    /// `None` if the worker has ended, or has closed its end of the socket.
    fn hear(&mut self, grip: &Grip) -> io::Result<Option<Report>> {
        let mut look_at_child = Instant::now() + TICK;
        loop {
            let new = &self.heard[self.searched..];
            if let Some(end) = new.iter().position(|byte| *byte == b'\n') {
                let end = self.searched + end;
                self.searched = 0;
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                return from_line(&line).map(Some).map_err(io::Error::other);
            }
            self.searched = self.heard.len();
            if !self.is_connected {
                return Ok(None);
            }
            if !self.look(TICK)? && Instant::now() >= look_at_child {
                look_at_child = Instant::now() + TICK;
                if grip.is_overdue() {
                    self.group.kill();
                }
                // It may have said something since.
                if self.has_ended() && !self.look(Duration::ZERO)? {
                    self.is_connected = false;
                }
            }
        }
    }

    /// Reads what comes, at most for some time; whether something came through the socket.
    fn look(&mut self, time: Duration) -> io::Result<bool> {
        let socket = self.is_connected.then(|| self.socket.as_fd());
        let outputs = match &self.output {
            Some(output) => [output.stdout.descriptor(), output.stderr.descriptor()],
            None => [None, None],
        };
        let [socket, stdout, stderr] =
            descriptor::wait_for([socket, outputs[0], outputs[1]], time)?;
        if let Some(output) = &mut self.output {
            if stdout {
                output.stdout.read();
            }
            if stderr {
                output.stderr.read();
            }
        }
        if socket {
            let mut buffer = [0; 8192];
            match self.socket.read(&mut buffer) {
                Ok(0) => self.is_connected = false,
                Ok(count) => self.heard.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    self.is_connected = false;
                    // Linux says so of a socket that was closed with something in it.
                    self.has_unread = true;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(socket)
    }

    /// Kills what is left. How the worker ended, unless that is known.
    fn end_group(&mut self, end: Option<ExitStatus>) -> Option<ExitStatus> {
        self.group.kill();
        let end = end.or_else(|| self.wait_for_end(LEAVE_TIME));
        // Nobody tells when the others are gone, and some systems let the dead lie about.
        let until = Instant::now() + DEATH_TIME / 5;
        while end.is_some() && !self.group.is_empty() && Instant::now() < until {
            thread::sleep(TICK / 100);
        }
        self.guard.forget(self.group);
        end
    }

    /// How the process ended; `None` if it did not within the time.
    fn wait_for_end(&mut self, time: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + time;
        let mut pause = Duration::from_micros(100);
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= until {
                return None;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(TICK);
            // It may be waiting for a place to write to.
            if let Some(output) = &mut self.output {
                output.drain();
            }
        }
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // A worker that waits for an order leaves in order. What its tasks have left behind does not.
        if !self.has_ended() && self.tell(&Order::Leave).is_ok() {
            self.wait_for_end(LEAVE_TIME);
        }
        self.end_group(None);
    }
}

fn not_started(why: String) -> TaskResult {
    let message = format!("no process could be started for it: {why}");
    let problem = Problem::new(Stage::Main, ProblemKind::Error, message);
    TaskResult::broken(problem, Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a task whose worker is this script.
    fn start(script: &str) -> Result<WorkerProcess, String> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let grip = Grip::default();
        WorkerProcess::start(Ok(command), true, &grip, &Guard::default()).map_err(|result| {
            let problem = result.problem.expect("it was not started");
            let output = result
                .output
                .map_or_else(String::new, |all| all.to_string());
            format!("{}|{output}", problem.message)
        })
    }

    #[test]
    fn what_is_no_worker_is_told_from_one() {
        let no_process = "no process could be started for it: ";
        for (script, said) in [
            (
                r#"echo '{"ready":{"version":99}}' >&0; read _"#,
                "it speaks version 99 of the protocol, the run version 3: the program was built \
                 anew while it ran; run it again|",
            ),
            (
                "echo so to say >&0; read _",
                "expected a message of version 3, found `so to say`|",
            ),
            (
                "echo a word; echo another >&2; exit 7",
                "it ended, or closed its stdin, before it was ready|--- stdout ---\na word\n--- stderr ---\nanother\n",
            ),
            (
                r#"echo '"body_started"' >&0"#,
                "expected that it is ready, found BodyStarted|",
            ),
        ] {
            assert_eq!(start(script).unwrap_err(), format!("{no_process}{said}"));
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn an_order_that_was_never_read_was_not_taken() {
        let ready = r#"echo '{"ready":{"version":3}}' >&0; "#;
        let run = |then: &str| {
            let mut worker = start(&format!("{ready}{then}")).expect("it says that it is ready");
            let served = worker.run(order(), || (), &Grip::default());
            served.map(|served| served.result.problem.expect("it crashed").message)
        };
        assert_eq!(run("sleep 0.2; kill -9 $$"), None);
        let said = run("read _; kill -9 $$").expect("it was read");
        assert!(said.contains("SIGKILL"), "{said}");
    }

    fn order() -> RunOrder {
        RunOrder {
            pack: "p".to_owned(),
            task: "t".to_owned(),
            attempt: 1,
            spec: Map::new().into(),
            dut: None,
            ats: None,
            params: Map::new(),
            resources: Vec::new(),
            captured: true,
        }
    }

    #[test]
    fn a_worker_whose_child_holds_the_socket_is_missed() {
        // The child is in another group, and is not ended with the worker.
        let script = r#"setsid sleep 3 <&0 >/dev/null 2>&1 & exit 1"#;
        let said = start(script).unwrap_err();
        assert!(said.contains("before it was ready"), "{said}");
    }
}
