//! What a task hands back, and what may stand in for it.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use crate::model::schema::{self, Fields, Node};
use crate::model::{Problem, SchemaErrors, Verdict};

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
    /// Keys of a document that the original does not know.
    pub extra: Map<String, Value>,
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
            extra: Map::new(),
            problem: None,
        }
    }

    /// What was tested works.
    #[must_use]
    pub fn passed() -> Self {
        Self::new(Verdict::Passed)
    }

    /// What was tested does not work.
    ///
    /// ```
    /// # use kissats::TaskReturn;
    /// let volts = 11.2;
    /// let answer = TaskReturn::failed(format!("{volts} V, expected at least 11.4 V"));
    /// assert_eq!(answer.message, "11.2 V, expected at least 11.4 V");
    /// ```
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Verdict::Failed).with_message(message)
    }

    /// The task does not apply here.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task]
    /// fn two_boards_talk() -> TaskReturn {
    ///     TaskReturn::skipped("no second board on this bench")
    /// }
    /// ```
    #[must_use]
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped).with_message(reason)
    }

    /// Reads the original's form: `result`, `metadata` with a `message`, and `multi_result`.
    ///
    /// ```
    /// # use kissats::{TaskReturn, Verdict, json};
    /// let answer = TaskReturn::from_document(json!({
    ///     "result": "Passed",
    ///     "metadata": { "message": "within 1 %", "volts": 11.98 },
    /// }))?;
    /// assert_eq!(answer.message, "within 1 %");
    /// assert_eq!(answer.metadata["volts"], 11.98);
    /// # Ok::<(), kissats::SchemaErrors>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_document(document: Value) -> Result<Self, SchemaErrors> {
        schema::read(&document, |node| {
            let mut fields = node.fields()?;
            let verdict = verdict(&mut fields);
            let (message, metadata) = message_and_metadata(&mut fields);
            // The original refuses null here.
            let parts = fields
                .find("multi_result")
                .and_then(|node| node.list(SubResult::read));
            Some(Self {
                verdict: verdict?,
                message,
                metadata,
                multi_result: parts.unwrap_or_default(),
                extra: fields.rest(),
                problem: None,
            })
        })
    }

    /// The document that [`TaskReturn::from_document`] reads as this.
    ///
    /// ```
    /// # use kissats::{TaskReturn, json};
    /// let answer = TaskReturn::failed("11.2 V").with_metadata("volts", 11.2);
    /// assert_eq!(
    ///     answer.to_document(),
    ///     json!({ "result": "Failed", "metadata": { "message": "11.2 V", "volts": 11.2 } }),
    /// );
    /// ```
    #[must_use]
    pub fn to_document(&self) -> Value {
        let mut document = self.extra.clone();
        document.insert("result".to_owned(), json!(self.verdict.as_str()));
        document.insert(
            "metadata".to_owned(),
            metadata_document(&self.message, &self.metadata),
        );
        if !self.multi_result.is_empty() {
            let parts = self.multi_result.iter().map(SubResult::to_document);
            document.insert("multi_result".to_owned(), parts.collect());
        }
        Value::Object(document)
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
///
/// ```
/// # use kissats::{SubResult, TaskReturn, Verdict};
/// let part = SubResult::new("2 A", Verdict::Failed)
///     .with_description("the rail under load")
///     .with_message("11.2 V")
///     .with_metadata("volts", 11.2);
/// let answer = TaskReturn::failed("too low under load").with_sub_result(part);
/// assert_eq!(answer.multi_result[0].message, "11.2 V");
/// ```
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
    /// Keys of a document that the original does not know.
    pub extra: Map<String, Value>,
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
            extra: Map::new(),
        }
    }

    fn read(node: &Node<'_>) -> Option<Self> {
        let mut fields = node.fields()?;
        let name = fields
            .required("name", "text that is not empty")
            .and_then(|name| name.text_that_is_not_empty());
        let description = fields.read("description", Node::text);
        let verdict = verdict(&mut fields);
        let (message, metadata) = message_and_metadata(&mut fields);
        Some(Self {
            name: name?,
            description: description.unwrap_or_default(),
            verdict: verdict?,
            message,
            metadata,
            extra: fields.rest(),
        })
    }

    fn to_document(&self) -> Value {
        let mut document = self.extra.clone();
        for (key, value) in [
            ("name", json!(self.name)),
            ("description", json!(self.description)),
            ("result", json!(self.verdict.as_str())),
            ("metadata", metadata_document(&self.message, &self.metadata)),
        ] {
            document.insert(key.to_owned(), value);
        }
        Value::Object(document)
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

fn verdict(fields: &mut Fields<'_>) -> Option<Verdict> {
    let word = fields
        .required("result", "a result word")?
        .text_that_is_not_empty()?;
    Some(Verdict::from(word.as_str()))
}

fn message_and_metadata(fields: &mut Fields<'_>) -> (String, Map<String, Value>) {
    let read = fields.read("metadata", |node| {
        let mut metadata = node.fields()?;
        let message = metadata.read("message", Node::text);
        Some((message.unwrap_or_default(), metadata.rest()))
    });
    read.unwrap_or_default()
}

fn metadata_document(message: &str, metadata: &Map<String, Value>) -> Value {
    let mut document = metadata.clone();
    document.insert("message".to_owned(), json!(message));
    Value::Object(document)
}

/// What a task's function may return.
///
/// `()` and `Ok(())` mean [`Verdict::Passed`]; an `Err` means [`Verdict::Exception`], with the
/// error's message and the messages of its sources.
///
/// ```
/// # use kissats::{IntoTaskReturn, TaskReturn, Verdict};
/// assert_eq!(().into_task_return(), TaskReturn::passed());
/// assert_eq!(Ok::<_, String>(Verdict::Completed).into_task_return().verdict, Verdict::Completed);
/// assert_eq!(Err::<(), _>("no answer").into_task_return().verdict, Verdict::Exception);
/// ```
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
