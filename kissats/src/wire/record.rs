//! What the processes of one run write down for each other about a task.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{CapturedOutput, Outcome, TaskResult};
use crate::wire::{ResultMessage, WireError};

/// A line of a task's record. They come in this order; the last kind as often as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RecordLine {
    /// A process runs the task. If it has let go of the file and says no more, it is dead.
    Claimed {
        pid: u32,
        /// Which attempt of the runner's it was for.
        attempt: u32,
        /// The task that the process was started for.
        test: String,
    },
    /// What came of it.
    Ended(Box<OutcomeMessage>),
    /// The process that the runner has started for this very task has shown it.
    Shown { by: String },
}

/// The outcome of a task that ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OutcomeMessage {
    kind: KindWord,
    attempts: Vec<AttemptMessage>,
    /// The parameters of the run that the task has changed.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) changed: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindWord {
    Passed,
    Flaky,
    Skipped,
    Failed,
}

/// One attempt with what it wrote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct AttemptMessage {
    result: ResultMessage,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    stdout: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    stderr: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    log: String,
}

impl OutcomeMessage {
    /// `None` of a task that did not run: others find that out for themselves.
    pub(crate) fn new(outcome: &Outcome, changed: Map<String, Value>) -> Option<Self> {
        let kind = match outcome {
            Outcome::Passed(_) => KindWord::Passed,
            Outcome::Flaky(_) => KindWord::Flaky,
            Outcome::Skipped(_) => KindWord::Skipped,
            Outcome::Failed(_) => KindWord::Failed,
            Outcome::Blocked(_) | Outcome::NotRun(_) | Outcome::Ignored(_) => return None,
        };
        let attempts = outcome.attempts().iter().map(|attempt| {
            let output = attempt.output.as_deref().cloned().unwrap_or_default();
            AttemptMessage {
                result: ResultMessage::new(attempt, Map::new(), false),
                stdout: output.stdout,
                stderr: output.stderr,
                log: output.log,
            }
        });
        Some(Self {
            kind,
            attempts: attempts.collect(),
            changed,
        })
    }
}

impl TryFrom<OutcomeMessage> for Outcome {
    type Error = WireError;

    fn try_from(message: OutcomeMessage) -> Result<Self, WireError> {
        let attempts = message.attempts.into_iter().map(|attempt| {
            let mut result = TaskResult::try_from(attempt.result)?;
            result.output = CapturedOutput::new(
                attempt.stdout.as_bytes(),
                attempt.stderr.as_bytes(),
                attempt.log,
            );
            Ok(result)
        });
        let attempts = attempts.collect::<Result<Vec<_>, WireError>>()?;
        Ok(match message.kind {
            KindWord::Passed => Self::Passed(attempts),
            KindWord::Flaky => Self::Flaky(attempts),
            KindWord::Skipped => Self::Skipped(attempts),
            KindWord::Failed => Self::Failed(attempts),
        })
    }
}
