//! The record of one task: who runs it, or what came of it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use serde_json::{Map, Value};

use crate::model::Outcome;
use crate::wire::{OutcomeMessage, RecordLine, from_line, to_line};

/// What a look at a record has shown.
#[derive(Debug)]
pub(crate) enum Look {
    /// The task is this process's to run.
    Claimed(TaskClaim),
    /// It has been run.
    Recorded(Box<Recorded>),
    /// Another process runs it.
    Elsewhere {
        /// Which, and what it was started for, if it has had the time to say so.
        by: Option<(u32, String)>,
    },
}

/// The outcome of a task that ran in another process.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) outcome: Outcome,
    /// The parameters of the run that it has changed.
    pub(crate) changed: Map<String, Value>,
    pub(crate) pid: u32,
    pub(crate) attempt: u32,
}

/// The right to run a task. Dropping it, or dying, leaves the task to the next who needs it.
#[derive(Debug)]
pub(crate) struct TaskClaim {
    /// Locked. `None` if the record cannot be written: then the others will not know.
    record: Option<File>,
    shown_by: Option<String>,
    /// Keeps tasks apart that must not run beside each other; locked too.
    _alone: Option<File>,
}

/// What somebody wants to know of a record.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    /// Whoever asks.
    pub(super) pid: u32,
    pub(super) test: &'a str,
    pub(super) attempt: u32,
    /// The name of this process if it is there to show the task's outcome, once.
    pub(super) shows: Option<&'a str>,
}

/// All that a record says.
#[derive(Debug, Default)]
struct Content {
    claimed: Option<(u32, u32, String)>,
    ended: Option<OutcomeMessage>,
    shown: Vec<String>,
}

impl Question<'_> {
    /// Looks, and claims the task if nobody has run it.
    ///
    /// Whoever is there to show the outcome takes one that it has not shown, of the same attempt or a
    /// later one. Whoever only needs the task takes every one, but a bad one only of its own attempt or a
    /// later one: the runner tries again because it wants something else to come out.
    ///
    /// # Errors
    /// What the system says if the file cannot be opened.
    pub(super) fn ask(&self, path: &Path) -> io::Result<Look> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let mut file = options.open(path)?;
        if self.shows.is_none()
            && let Some(recorded) = self.acceptable(Content::read(&mut file))
        {
            return Ok(Look::Recorded(Box::new(recorded)));
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let claimed = Content::read(&mut file).claimed;
                let by = claimed.map(|(pid, _, test)| (pid, test));
                return Ok(Look::Elsewhere { by });
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // It may have been written between the two.
        if let Some(recorded) = self.acceptable(Content::read(&mut file)) {
            if let Some(by) = self.shows {
                let by = by.to_owned();
                write(&mut file, &RecordLine::Shown { by })?;
            }
            return Ok(Look::Recorded(Box::new(recorded)));
        }
        // Whatever is left here was written by somebody who is dead, or is out of date.
        if file.metadata()?.len() > 0 {
            file.set_len(0)?;
        }
        let (pid, attempt, test) = (self.pid, self.attempt, self.test.to_owned());
        write(&mut file, &RecordLine::Claimed { pid, attempt, test })?;
        Ok(Look::Claimed(TaskClaim {
            record: Some(file),
            shown_by: self.shows.map(str::to_owned),
            _alone: None,
        }))
    }

    fn acceptable(&self, content: Content) -> Option<Recorded> {
        let (pid, attempt, _) = content.claimed?;
        let mut ended = content.ended?;
        let changed = std::mem::take(&mut ended.changed);
        let outcome = Outcome::try_from(ended).ok()?;
        let is_new = attempt >= self.attempt;
        let is_acceptable = match self.shows {
            Some(by) => is_new && !content.shown.iter().any(|shown| shown == by),
            None => is_new || outcome.satisfies_dependents(),
        };
        is_acceptable.then_some(Recorded {
            outcome,
            changed,
            pid,
            attempt,
        })
    }
}

impl TaskClaim {
    /// The right to run a task that nobody else will hear of.
    pub(super) fn unrecorded() -> Self {
        Self {
            record: None,
            shown_by: None,
            _alone: None,
        }
    }

    /// Holds this as well, until the outcome is recorded.
    pub(super) fn alone(mut self, lock: File) -> Self {
        self._alone = Some(lock);
        self
    }

    /// Writes down what came of it, if the task ran. An end that says nothing about the task, because it
    /// was interrupted, leaves it to the next who needs it.
    ///
    /// # Errors
    /// What the system says if it cannot be written: then the task will be run again by others.
    pub(crate) fn record(
        mut self,
        outcome: &Outcome,
        changed: Map<String, Value>,
    ) -> io::Result<()> {
        let Some(file) = &mut self.record else {
            return Ok(());
        };
        let was_interrupted = outcome
            .attempts()
            .last()
            .is_some_and(|last| last.was_interrupted());
        let message = OutcomeMessage::new(outcome, changed).filter(|_| !was_interrupted);
        let Some(message) = message else {
            return Ok(());
        };
        let mut lines = to_line(&RecordLine::Ended(Box::new(message)))?;
        if let Some(by) = self.shown_by.take() {
            lines += &to_line(&RecordLine::Shown { by })?;
        }
        file.write_all(lines.as_bytes())
    }
}

impl Content {
    /// As much as can be understood. Whoever is killed in the middle of a line leaves a part of it, and
    /// what comes after that is nobody's.
    fn read(file: &mut File) -> Self {
        let mut content = Self::default();
        let mut bytes = Vec::new();
        if file
            .rewind()
            .and_then(|()| file.read_to_end(&mut bytes))
            .is_err()
        {
            return content;
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return content;
        };
        for line in text.split_inclusive('\n') {
            match from_line(line) {
                Ok(RecordLine::Claimed { pid, attempt, test }) => {
                    content.claimed = Some((pid, attempt, test));
                }
                Ok(RecordLine::Ended(ended)) => content.ended = Some(*ended),
                Ok(RecordLine::Shown { by }) => content.shown.push(by),
                Err(_) => break,
            }
        }
        content
    }
}

/// All of a line, or with a kill at the wrong moment a part of it.
fn write(file: &mut File, line: &RecordLine) -> io::Result<()> {
    file.write_all(to_line(line)?.as_bytes())
}
