//! What a document says that it must not say.

use std::fmt;

use crate::model::{DocumentPath, NameError};

/// One violation, and where it stands.
///
/// ```
/// # use kissats::{SchemaProblem, TaskSpec, json};
/// let errors = TaskSpec::from_document(json!({ "name": "boot" })).unwrap_err();
/// let first = errors.iter().next().unwrap();
/// assert_eq!(first.path.to_string(), "description");
/// assert!(matches!(first.problem, SchemaProblem::Missing { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
#[non_exhaustive]
pub struct SchemaError {
    /// Where in the document.
    pub path: DocumentPath,
    /// What is wrong there.
    pub problem: SchemaProblem,
}

/// The ways in which a value is wrong.
///
/// ```
/// # use kissats::{RunConfig, SchemaProblem, json};
/// let errors = RunConfig::from_document(json!({ "run_mode": "thred" })).unwrap_err();
/// let SchemaProblem::Unexpected { nearest, .. } = &errors.iter().next().unwrap().problem else {
///     panic!("it is another word than expected")
/// };
/// assert_eq!(nearest.as_deref(), Some("thread"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// Another value was expected.
    #[error("expected {expected}, found {found}{}", did_you_mean(.nearest))]
    Unexpected {
        /// What would be right.
        expected: String,
        /// What is there, as JSON, shortened.
        found: String,
        /// The word that was probably meant.
        nearest: Option<String>,
    },
    /// A key that must be there is not.
    #[error("missing; expected {expected}")]
    Missing {
        /// What would be right.
        expected: String,
    },
    /// A key that nobody reads.
    #[error("unknown key{}", nearest_or_all(.nearest, .known))]
    UnknownKey {
        /// The key that was probably meant.
        nearest: Option<String>,
        /// The keys that are read here.
        known: Vec<&'static str>,
    },
    /// A text that is no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Two things that contradict each other, or a rule that another value breaks.
    #[error("{0}")]
    Contradiction(String),
}

/// Everything that is wrong with a document; at least one thing.
///
/// ```
/// # use kissats::{RunConfig, json};
/// let errors = RunConfig::from_document(json!({ "dut": 5, "run_mode": "fast" })).unwrap_err();
/// let places: Vec<String> = errors.iter().map(|error| error.path.to_string()).collect();
/// assert_eq!(places, ["run_mode", "dut"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SchemaErrors(pub(super) Vec<SchemaError>);

impl SchemaErrors {
    /// The violations, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, SchemaError> {
        self.0.iter()
    }
}

impl IntoIterator for SchemaErrors {
    type Item = SchemaError;
    type IntoIter = std::vec::IntoIter<SchemaError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a SchemaErrors {
    type Item = &'a SchemaError;
    type IntoIter = std::slice::Iter<'a, SchemaError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for SchemaErrors {
    /// One line for each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, error) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|word| format!("; did you mean `{word}`?"))
        .unwrap_or_default()
}

fn nearest_or_all(nearest: &Option<String>, known: &[&str]) -> String {
    match nearest {
        Some(_) => did_you_mean(nearest),
        None => format!("; known here: {}", known.join(", ")),
    }
}
