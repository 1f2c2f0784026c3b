//! A process of a run that others belong to as well.

use std::fs::{File, TryLockError};
use std::io;

use crate::model::TaskName;
use crate::shared_run::file_name::file_name;
use crate::shared_run::suite_stop::SuiteStop;
use crate::shared_run::task_record::Question;
use crate::shared_run::{Look, Process, RunFolder, TaskClaim};

/// What a task is to this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The runner has started the process for it.
    Own,
    /// Another task of this process needs it.
    Needed,
    /// It is to run in this process, whatever others have done.
    Private,
}

/// This process as a part of the run.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) folder: RunFolder,
    process: Process,
    pid: u32,
}

impl Member {
    pub(crate) fn new(folder: RunFolder, process: Process) -> Self {
        let pid = std::process::id();
        Self {
            folder,
            process,
            pid,
        }
    }

    /// The test binary that this process runs.
    pub(crate) fn binary(&self) -> &str {
        &self.process.binary
    }

    /// Looks at what the others have done about the task of this full name, and claims it if it is to
    /// run here. One that runs `alone` has the run's other tasks of this kind wait.
    ///
    /// `again` is set for what is run anew with every repetition of the whole run.
    ///
    /// # Errors
    /// What the system says if there can be no record.
    pub(crate) fn look(
        &self,
        task: &str,
        role: Role,
        alone: bool,
        again: bool,
    ) -> io::Result<Look> {
        let repetition = self.process.repetition;
        let process = format!("{}#{repetition}", self.process.binary);
        let question = Question {
            pid: self.pid,
            test: &self.process.test,
            attempt: self.process.attempt,
            shows: (role == Role::Own).then_some(&process),
        };
        let look = match role {
            Role::Private => Look::Claimed(TaskClaim::unrecorded()),
            Role::Own if again && repetition > 0 => {
                let name = file_name(&format!("{task}@{repetition}"));
                question.ask(&self.folder.task(&name))?
            }
            Role::Own | Role::Needed => question.ask(&self.folder.task(&file_name(task)))?,
        };
        match look {
            Look::Claimed(claim) if alone => self.let_alone(claim),
            look => Ok(look),
        }
    }

    /// A task has failed here that is to stop the run: the other processes start nothing new, unless the
    /// runner is about to try again.
    ///
    /// # Errors
    /// What the system says; then the others go on.
    pub(crate) fn stop_suite(&self, task: &TaskName) -> io::Result<()> {
        if self.process.attempt < self.process.attempts {
            return Ok(());
        }
        let stop = SuiteStop {
            task: task.to_string(),
            pid: self.pid,
            attempt: self.process.attempt,
        };
        stop.write(&self.folder.stop())
    }

    /// Which task has stopped the run, if one has, and where that failed.
    pub(crate) fn suite_stop(&self) -> Option<(TaskName, String)> {
        SuiteStop::read(&self.folder.stop())
    }

    fn let_alone(&self, claim: TaskClaim) -> io::Result<Look> {
        let lock = File::create(self.folder.one_at_a_time())?;
        match lock.try_lock() {
            Ok(()) => Ok(Look::Claimed(claim.alone(lock))),
            Err(TryLockError::WouldBlock) => Ok(Look::Elsewhere { by: None }),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
