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
    /// The function named by `params` panicked.
    #[error("{declared_at}: task `{function}`: the function named by `params` panicked: {message}")]
    ParamsPanicked {
        declared_at: Location,
        function: &'static str,
        message: String,
    },
}
