//! What can be wrong with a single registered task.

use crate::model::Location;

/// A declaration that is no task. What the compiler can tell, it has told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum RegistryError {
    /// The function named by `params` panicked.
    #[error("{declared_at}: task `{function}`: the function named by `params` panicked: {message}")]
    ParamsPanicked {
        declared_at: Location,
        function: &'static str,
        message: String,
    },
}
