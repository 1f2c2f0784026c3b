//! What a task hands back, and what may stand in for it.

use std::fmt::Display;

use serde_json::{Map, Value};

use crate::model::{Problem, Verdict};

/// The full answer of a task: a verdict, a message, measurements, sub-results.
///
/// ```
/// # use kissats::{SubResult, TaskReturn, Verdict};
/// let answer = TaskReturn::passed()
///     .with_message("12 V rail within 1 %")
///     .with_metadata("volts", 11.98)
///     .with_sub_result(SubResult::new("no load", Verdict::Passed))
///     .with_sub_result(SubResult::new("2 A", Verdict::Passed));
/// assert_eq!(answer.verdict, Verdict::Passed);
/// assert_eq!(answer.multi_result.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskReturn {
    /// The result word.
    pub verdict: Verdict,
    /// One line for people; empty if there is nothing to say.
    pub message: String,
    /// Values for the report: the original's `metadata`.
    pub metadata: Map<String, Value>,
    /// Results of parts, in the order in which they are reported. They do not count as tasks.
    pub multi_result: Vec<SubResult>,
    pub(crate) problem: Option<Problem>,
}

impl TaskReturn {
    /// An answer with this verdict and nothing else.
    #[must_use]
    pub fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            message: String::new(),
            metadata: Map::new(),
            multi_result: Vec::new(),
            problem: None,
        }
    }

    /// What was tested works.
    #[must_use]
    pub fn passed() -> Self {
        Self::new(Verdict::Passed)
    }

    /// What was tested does not work.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Verdict::Failed).with_message(message)
    }

    /// The task does not apply here.
    #[must_use]
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped).with_message(reason)
    }

    pub(crate) fn broken(problem: Problem) -> Self {
        Self {
            problem: Some(problem),
            ..Self::new(Verdict::Exception)
        }
    }

    /// The same answer with a line for people.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The same answer with one more value for the report.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// The same answer with one more sub-result.
    #[must_use]
    pub fn with_sub_result(mut self, sub_result: SubResult) -> Self {
        self.multi_result.push(sub_result);
        self
    }
}

/// The result of a part of a task: one item of the original's `multi_result`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SubResult {
    /// What the part is called; not empty.
    pub name: String,
    /// What it does; may be empty.
    pub description: String,
    /// Its result word.
    pub verdict: Verdict,
    /// One line for people; may be empty.
    pub message: String,
    /// Values for the report.
    pub metadata: Map<String, Value>,
}

impl SubResult {
    /// A sub-result without description, message and values.
    #[must_use]
    pub fn new(name: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            verdict,
            message: String::new(),
            metadata: Map::new(),
        }
    }

    /// The same sub-result with a description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The same sub-result with a line for people.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The same sub-result with one more value for the report.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

/// What a task's function may return.
///
/// `()` and `Ok(())` mean [`Verdict::Passed`]; an `Err` means [`Verdict::Exception`], with the
/// error's message and the messages of its sources.
#[diagnostic::on_unimplemented(
    message = "a task cannot return `{Self}`",
    label = "not the return of a task",
    note = "a task returns `()`, `Verdict`, `TaskReturn`, or a `Result` of one of these whose error implements `Display`"
)]
pub trait IntoTaskReturn {
    /// Turns the value into the full answer.
    fn into_task_return(self) -> TaskReturn;
}

impl IntoTaskReturn for () {
    fn into_task_return(self) -> TaskReturn {
        TaskReturn::passed()
    }
}

impl IntoTaskReturn for Verdict {
    fn into_task_return(self) -> TaskReturn {
        TaskReturn::new(self)
    }
}

impl IntoTaskReturn for TaskReturn {
    fn into_task_return(self) -> TaskReturn {
        self
    }
}

impl<T: IntoTaskReturn, E: Display> IntoTaskReturn for Result<T, E> {
    fn into_task_return(self) -> TaskReturn {
        match self {
            Ok(value) => value.into_task_return(),
            Err(error) => TaskReturn::broken(Problem::error(error.to_string(), Vec::new())),
        }
    }
}
