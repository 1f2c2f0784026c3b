//! Who runs a body: the thread that carries the run on, or one of its own.

#![expect(
    clippy::disallowed_methods,
    reason = "a body that may have to be given up runs on a thread of its own"
)]

use std::io;
use std::sync::Arc;
use std::thread;

use crate::engine::Event;
use crate::model::{Clock, LoadedTask, TaskContext, TaskName};
use crate::plan::Step;
use crate::runtime::Mail;
use crate::runtime::capture::{Recording, Redirected};
use crate::runtime::life_cycle;

/// One attempt of one task, with all that it takes: any thread can run it.
pub(super) struct Job {
    pub(super) step: Step,
    pub(super) name: TaskName,
    pub(super) task: LoadedTask,
    pub(super) cx: TaskContext,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) recording: Recording,
    /// stdout and stderr, if they are the body's and this is the thread that carries the run on.
    pub(super) redirected: Option<Redirected>,
}

impl Job {
    /// Runs it on the thread that carries the run on, and tells how it ended, with what it has written.
    pub(super) fn run_here(mut self) -> Event {
        let recording = self.recording.clone();
        let redirected = self.redirected.take();
        let mut ended = self.run();
        if let Event::Ended { result, .. } = &mut ended {
            result.output = recording.end(redirected);
        }
        ended
    }

    /// Runs it on this thread, and tells how it ended.
    pub(super) fn run(self) -> Event {
        let result = life_cycle::run(&self.name, &self.task, &self.cx, &*self.clock);
        Event::Ended {
            step: self.step,
            result: Box::new(result),
        }
    }

    pub(super) fn has_timeout(&self) -> bool {
        self.task.timeout().is_some()
    }

    /// Runs it on a thread of its own, which tells when it begins and how it ended.
    ///
    /// # Errors
    /// What the system says if it gives no thread.
    pub(super) fn run_apart(self, mail: Mail) -> io::Result<()> {
        let thread = thread::Builder::new().name(self.name.to_string());
        let body = move || {
            // After an interrupt nobody may be looking any more.
            mail.send(Event::BodyStarted(self.step));
            mail.send(self.run());
        };
        thread.spawn(body).map(drop)
    }
}
