//! What a report says of one task, in the original's form.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::model::schema::{self, Fields, Node};
use crate::model::{SchemaErrors, Verdict};

/// One record of a report: `name`, `description`, `result` and `metadata`.
///
/// ```
/// # use kissats::{ReportRecord, Verdict};
/// # use std::time::Duration;
/// let record = ReportRecord::new("boot", Verdict::Passed)
///     .with_times(Duration::from_secs(2), Duration::from_secs(5));
/// let text = serde_json::to_string(&record)?;
/// assert!(text.contains(r#""run_time_delta":3.0"#), "{text}");
/// assert_eq!(serde_json::from_str::<ReportRecord>(&text)?, record);
///
/// let error = serde_json::from_str::<ReportRecord>(r#"{ "name": 5, "result": "Passed" }"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "name: expected text that is not empty, found 5\n\
///      description: missing; expected text\n\
///      metadata: missing; expected a mapping of keys to values",
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
#[non_exhaustive]
pub struct ReportRecord {
    /// The task, or the part of it that a sub-result names.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its result word.
    pub result: Verdict,
    /// The rest.
    pub metadata: ReportMetadata,
    /// Keys that the original does not know.
    pub extra: Map<String, Value>,
}

/// The `metadata` of a [`ReportRecord`]. Times are seconds, as in the original.
///
/// ```
/// # use kissats::ReportRecord;
/// fn line(record: &ReportRecord) -> String {
///     let own = &record.metadata;
///     format!("{}: {} in {:.1} s ({:+.1})", record.name, own.message, own.run_time, own.run_time_delta)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ReportMetadata {
    /// One line for people.
    pub message: String,
    /// How long it ran.
    pub run_time: f64,
    /// How long it was estimated to run.
    pub est_task_time: f64,
    /// Estimate less run time: positive means faster.
    pub run_time_delta: f64,
    /// The task's own values.
    pub extra: Map<String, Value>,
}

impl ReportRecord {
    /// A record without description, message and times.
    #[must_use]
    pub fn new(name: impl Into<String>, result: Verdict) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            result,
            metadata: ReportMetadata::default(),
            extra: Map::new(),
        }
    }

    /// The same record with its times and their difference.
    #[must_use]
    pub fn with_times(mut self, run_time: Duration, est_task_time: Duration) -> Self {
        self.metadata.run_time = run_time.as_secs_f64();
        self.metadata.est_task_time = est_task_time.as_secs_f64();
        self.metadata.run_time_delta = self.metadata.est_task_time - self.metadata.run_time;
        self
    }

    /// Reads a record.
    ///
    /// ```
    /// # use kissats::{ReportRecord, json};
    /// let record = ReportRecord::from_document(json!({
    ///     "name": "boot", "description": "", "result": "Passed", "metadata": { "run_time": 2 },
    /// }))?;
    /// assert_eq!(record.metadata.run_time, 2.0);
    /// # Ok::<(), kissats::SchemaErrors>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_document(document: Value) -> Result<Self, SchemaErrors> {
        schema::read(&document, |node| {
            let mut fields = node.fields()?;
            let name = fields
                .required("name", "text that is not empty")
                .and_then(|name| name.text_that_is_not_empty());
            let description = fields
                .required("description", "text")
                .and_then(|description| description.text());
            let result = fields
                .required("result", "a result word")
                .and_then(|result| result.text_that_is_not_empty());
            let metadata = fields
                .required("metadata", "a mapping of keys to values")
                .and_then(|metadata| metadata.fields())
                .map(|mut metadata| ReportMetadata::read(&mut metadata));
            Some(Self {
                name: name?,
                description: description?,
                result: Verdict::from(result?.as_str()),
                metadata: metadata?,
                extra: fields.rest(),
            })
        })
    }

    /// The document that [`ReportRecord::from_document`] reads as this.
    ///
    /// ```
    /// # use kissats::{ReportRecord, Verdict};
    /// let record = ReportRecord::new("boot", Verdict::Passed);
    /// assert_eq!(record.to_document()["result"], "Passed");
    /// ```
    #[must_use]
    pub fn to_document(&self) -> Value {
        let own = &self.metadata;
        let mut metadata = own.extra.clone();
        for (key, value) in [
            ("message", json!(own.message)),
            ("run_time", json!(own.run_time)),
            ("est_task_time", json!(own.est_task_time)),
            ("run_time_delta", json!(own.run_time_delta)),
        ] {
            metadata.insert(key.to_owned(), value);
        }
        let mut document = self.extra.clone();
        for (key, value) in [
            ("name", json!(self.name)),
            ("description", json!(self.description)),
            ("result", json!(self.result.as_str())),
            ("metadata", Value::Object(metadata)),
        ] {
            document.insert(key.to_owned(), value);
        }
        Value::Object(document)
    }
}

impl ReportMetadata {
    fn read(fields: &mut Fields<'_>) -> Self {
        let message = fields.read("message", Node::text).unwrap_or_default();
        let mut seconds = |key| fields.read(key, Node::number).unwrap_or_default();
        Self {
            message,
            run_time: seconds("run_time"),
            est_task_time: seconds("est_task_time"),
            run_time_delta: seconds("run_time_delta"),
            extra: fields.rest(),
        }
    }
}

impl TryFrom<Value> for ReportRecord {
    type Error = SchemaErrors;

    fn try_from(document: Value) -> Result<Self, SchemaErrors> {
        Self::from_document(document)
    }
}

impl From<ReportRecord> for Value {
    fn from(record: ReportRecord) -> Self {
        record.to_document()
    }
}
