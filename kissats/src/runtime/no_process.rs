//! In the place of `process` where there are no sockets to inherit: everything stays in this process.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use crate::engine::{Event, Lane};
use crate::model::{Clock, ResolvedTask, TaskContext, TaskSpec};
use crate::plan::Step;
use crate::runtime::Mail;

/// A pool without processes.
#[derive(Debug)]
pub(super) struct ProcessPool;

/// One attempt of one task.
#[derive(Debug)]
pub(super) struct ProcessJob {
    pub(super) step: Step,
    pub(super) pack: String,
    pub(super) cx: TaskContext,
}

impl ProcessPool {
    pub(super) fn new(_: Mail, _: bool, _: bool) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "elsewhere it has a self")]
    pub(super) fn run(&mut self, _: ProcessJob, _: Option<Lane>) -> io::Result<()> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "run mode `process` needs Unix; use `thread`",
        ))
    }

    pub(super) fn has_ended(&mut self, _: Step) {}

    pub(super) fn leave_lane(&mut self, _: Lane) {}

    pub(super) fn kill(&self, _: Step, _: bool) {}
}

pub(crate) fn allow_workers() {}

pub(crate) const WORKER_FLAG: &str = "--kissats-worker";

pub(crate) const GUARD_FLAG: &str = "--kissats-guard";

pub(crate) fn stand_guard() -> ExitCode {
    ExitCode::FAILURE
}

pub(crate) fn serve(
    _: impl Fn(&str, &TaskSpec) -> Option<Arc<ResolvedTask>>,
    _: &dyn Clock,
) -> ExitCode {
    ExitCode::FAILURE
}
