//! The log of a task.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where the records of one attempt go: what the task notes, and what `log` and `tracing` record.
pub(crate) trait TaskLog: Send + Sync {
    /// Takes in one record, without the end of its last line.
    fn add(&self, record: &str);

    /// Whether what a panic says goes here, rather than to stderr.
    fn takes_panics(&self) -> bool {
        false
    }

    /// What it keeps, a line for each record.
    fn so_far(&self) -> String {
        String::new()
    }
}

/// A log that is kept, for whoever asks for it.
#[derive(Debug, Default)]
pub(crate) struct KeptLog {
    text: Mutex<String>,
    takes_panics: bool,
}

impl KeptLog {
    /// One that takes what panics say, too.
    pub(crate) fn with_panics(takes_panics: bool) -> Self {
        Self {
            takes_panics,
            ..Self::default()
        }
    }

    /// All records until now, a line each; it starts anew.
    pub(crate) fn take(&self) -> String {
        std::mem::take(&mut *self.text())
    }

    fn text(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TaskLog for KeptLog {
    fn add(&self, record: &str) {
        let mut text = self.text();
        text.push_str(record);
        text.push('\n');
    }

    fn takes_panics(&self) -> bool {
        self.takes_panics
    }

    fn so_far(&self) -> String {
        self.text().clone()
    }
}
