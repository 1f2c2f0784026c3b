//! What can be wrong with a single registered task.

use crate::model::{Location, NameError};

/// A declaration that is no task.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum RegistryError {
    /// A name in it is none.
    #[error("{declared_at}: task `{function}`: {source}")]
    Name {
        declared_at: Location,
        function: &'static str,
        source: NameError,
    },
    /// What is written for a key is no object; the attribute writes nothing of the kind.
    #[error("{declared_at}: task `{function}`: `{key}` is no JSON object: {source}")]
    Object {
        declared_at: Location,
        function: &'static str,
        key: &'static str,
        source: serde_json::Error,
    },
    /// The function named by `params` panicked.
    #[error("{declared_at}: task `{function}`: the function named by `params` panicked: {message}")]
    ParamsPanicked {
        declared_at: Location,
        function: &'static str,
        message: String,
    },
}
