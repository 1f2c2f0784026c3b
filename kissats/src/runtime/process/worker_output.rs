//! What a worker writes.

use std::io;
use std::process::Child;
use std::sync::Arc;

use crate::model::{CapturedOutput, KeptLog, TaskLog};
use crate::runtime::process::output_pipe::OutputPipe;

/// The outputs of a worker, and the log of the task that it runs.
#[derive(Debug, Clone)]
pub(super) struct WorkerOutput {
    stdout: OutputPipe,
    stderr: OutputPipe,
    log: Arc<KeptLog>,
}

impl WorkerOutput {
    /// Starts to read what the worker writes.
    pub(super) fn read(child: &mut Child) -> io::Result<Self> {
        let piped = || io::Error::other("the child has no pipes");
        let stdout = child.stdout.take().ok_or_else(piped)?;
        let stderr = child.stderr.take().ok_or_else(piped)?;
        Ok(Self {
            stdout: OutputPipe::read("kissats stdout", stdout)?,
            stderr: OutputPipe::read("kissats stderr", stderr)?,
            log: Arc::default(),
        })
    }

    /// Takes in a record of the task.
    pub(super) fn log(&self, record: &str) {
        self.log.add(record);
    }

    /// What the task wrote, whose output ends with `mark`.
    pub(super) fn take_until(&self, mark: &[u8]) -> Option<Box<CapturedOutput>> {
        let (stdout, stderr) = (self.stdout.take_until(mark), self.stderr.take_until(mark));
        CapturedOutput::new(&stdout, &stderr, self.log.take())
    }

    /// What a worker wrote that is dead.
    pub(super) fn take_all(&self) -> Option<Box<CapturedOutput>> {
        let (stdout, stderr) = (self.stdout.take_all(), self.stderr.take_all());
        CapturedOutput::new(&stdout, &stderr, self.log.take())
    }

    /// What the task has written until now.
    pub(super) fn so_far(&self) -> Option<Box<CapturedOutput>> {
        let (stdout, stderr) = (self.stdout.so_far(), self.stderr.so_far());
        CapturedOutput::new(&stdout, &stderr, self.log.so_far())
    }
}
