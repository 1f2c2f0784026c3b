//! What one attempt writes.

use std::sync::Arc;

use crate::model::{CapturedOutput, KeptLog, TaskLog, TaskName};
use crate::runtime::capture::{Capture, LiveLog, Redirect, Redirected};

/// The log of an attempt in this process, and whether stdout and stderr are kept with it.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Recording {
    /// `None` if it goes out as it comes.
    log: Option<Arc<KeptLog>>,
    redirect: Option<&'static Redirect>,
}

impl Recording {
    /// For a run with this rule; with a `redirect` only if nothing runs beside the attempt.
    pub(in crate::runtime) fn new(capture: Capture, redirect: Option<&'static Redirect>) -> Self {
        // stderr of the task comes to the same place, and in order with what else it writes there.
        let with_panics = capture == Capture::Everything && redirect.is_none();
        let log = || Arc::new(KeptLog::with_panics(with_panics));
        Self {
            log: (capture != Capture::Nothing).then(log),
            redirect,
        }
    }

    /// Where the records of the task go.
    pub(in crate::runtime) fn log(&self, task: &TaskName) -> Arc<dyn TaskLog> {
        match &self.log {
            Some(log) => Arc::clone(log) as Arc<dyn TaskLog>,
            None => Arc::new(LiveLog(task.clone())),
        }
    }

    /// The body begins: stdout and stderr are its own, if they can be.
    pub(in crate::runtime) fn begin(&self) -> Option<Redirected> {
        self.redirect?.begin()
    }

    /// The body has ended, or was given up; from now on nobody looks at its log.
    pub(in crate::runtime) fn end(
        &self,
        redirected: Option<Redirected>,
    ) -> Option<Box<CapturedOutput>> {
        let (stdout, stderr) = redirected.map(Redirected::end).unwrap_or_default();
        let log = self.log.as_ref().map(|log| log.take());
        CapturedOutput::new(&stdout, &stderr, log.unwrap_or_default())
    }

    /// What it has written until now; for whoever must not wait for the body.
    pub(in crate::runtime) fn so_far(&self) -> Option<Box<CapturedOutput>> {
        let (stdout, stderr) = self.redirect.map(Redirect::so_far).unwrap_or_default();
        let log = self.log.as_ref().map(|log| log.so_far());
        CapturedOutput::new(&stdout, &stderr, log.unwrap_or_default())
    }
}
