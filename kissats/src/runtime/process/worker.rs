//! The worker's side: tasks run as they are ordered, until the run has no more or is gone.

#![expect(
    clippy::disallowed_methods,
    reason = "a thread of its own notices that the run is gone while a task is at work"
)]

use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::model::{
    Clock, GlobalParams, HeldResource, LoadedTask, ResolvedTask, SharedParams, TaskContext,
    TaskSpec,
};
use crate::runtime::life_cycle;
use crate::runtime::process::group;
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
        Ok(mut worker) => match worker.obey(find, clock) {
            Ok(()) => ExitCode::SUCCESS,
            // The run is gone, and with it everybody who could be told.
            Err(_) => ExitCode::FAILURE,
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
    orders: Receiver<String>,
    reports: UnixStream,
}

impl Worker {
    fn connect() -> io::Result<Self> {
        let reports = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        // Fails if it is anything else.
        reports.peer_addr()?;
        group::empty_stdin()?;
        let lines = BufReader::new(reports.try_clone()?).lines();
        let (sender, orders) = channel();
        let listen = move || {
            for line in lines.map_while(Result::ok) {
                let is_last = matches!(from_line(&line), Ok(Order::Leave));
                if sender.send(line).is_err() || is_last {
                    return;
                }
            }
            // The run is gone. Nobody would ever look at what a task still does.
            group::kill_own_group();
        };
        thread::Builder::new()
            .name("kissats orders".to_owned())
            .spawn(listen)?;
        Ok(Self { orders, reports })
    }

    fn obey(
        &mut self,
        find: impl Fn(&str, &TaskSpec) -> Option<Arc<ResolvedTask>>,
        clock: &dyn Clock,
    ) -> io::Result<()> {
        self.tell(&Report::Ready { version: VERSION })?;
        while let Ok(line) = self.orders.recv() {
            let report = match from_line(&line) {
                Ok(Order::Leave) => return Ok(()),
                Ok(Order::Run(order)) => self.run(*order, &find, clock)?,
                Err(error) => Report::Refused {
                    why: error.to_string(),
                },
            };
            self.tell(&report)?;
        }
        Ok(())
    }

    fn run(
        &mut self,
        order: RunOrder,
        find: impl Fn(&str, &TaskSpec) -> Option<Arc<ResolvedTask>>,
        clock: &dyn Clock,
    ) -> io::Result<Report> {
        let ordered = match Ordered::read(&order, find) {
            Ok(ordered) => ordered,
            Err(why) => return Ok(Report::Refused { why }),
        };
        let shared = Arc::new(SharedParams::new(ordered.params));
        let before = shared.snapshot();
        let cx = TaskContext::new(
            Arc::clone(&ordered.task.spec),
            Arc::clone(&shared),
            ordered.resources.into(),
            order.attempt,
            None,
        );
        self.tell(&Report::BodyStarted)?;
        let result = life_cycle::run(cx.name(), &LoadedTask::Resolved(ordered.task), &cx, clock);
        let changed = shared.snapshot().changes_since(&before);
        let mut stdout = io::stdout();
        // Whoever closed them has written all there is.
        let _ = stdout.write_all(order.end_mark.as_bytes());
        let _ = stdout.flush();
        let _ = io::stderr().write_all(order.end_mark.as_bytes());
        Ok(Report::Ended(Box::new(ResultMessage::new(
            &result, changed,
        ))))
    }

    fn tell(&mut self, report: &Report) -> io::Result<()> {
        self.reports.write_all(to_line(report)?.as_bytes())
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
