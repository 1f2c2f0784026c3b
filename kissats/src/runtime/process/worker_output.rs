//! What a worker writes.

use std::io;
use std::process::Child;

use crate::model::{CapturedOutput, KeptLog, TaskLog};
use crate::runtime::process::OutputPipe;

/// The outputs of a worker, and the log of the task that it runs.
#[derive(Debug)]
pub(super) struct WorkerOutput {
    pub(super) stdout: OutputPipe,
    pub(super) stderr: OutputPipe,
    log: KeptLog,
}

impl WorkerOutput {
    /// Of a worker that was started with pipes.
    pub(super) fn of(child: &mut Child) -> io::Result<Self> {
        let piped = || io::Error::other("the child has no pipes");
        Ok(Self {
            stdout: OutputPipe::new(child.stdout.take().ok_or_else(piped)?),
            stderr: OutputPipe::new(child.stderr.take().ok_or_else(piped)?),
            log: KeptLog::default(),
        })
    }

    /// Takes in a record of the task.
    pub(super) fn log(&self, record: &str) {
        self.log.add(record);
    }

    /// Reads what is there, and waits for nothing.
    pub(super) fn drain(&mut self) {
        self.stdout.drain();
        self.stderr.drain();
    }

    /// Everything since it was taken last.
    pub(super) fn take(&mut self) -> Option<Box<CapturedOutput>> {
        let (stdout, stderr) = (self.stdout.take(), self.stderr.take());
        CapturedOutput::new(&stdout, &stderr, self.log.take())
    }
}
