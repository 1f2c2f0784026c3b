//! What is wrong with a file.

use std::fmt;

use crate::config::DataFileError;
use crate::model::SchemaError;

/// A place in a file, as editors and terminals find it. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ConfigError {
    /// It is no TOML.
    #[error("{place}: {message}")]
    Toml { place: Place, message: String },
    /// It says something that it must not say.
    #[error("{place}: {error}")]
    Schema {
        place: Place,
        error: Box<SchemaError>,
    },
    /// A parameter file says something that it must not say.
    #[error("{file}: {error}")]
    Params {
        file: String,
        error: Box<SchemaError>,
    },
    /// The system does not hand it out.
    #[error("{file}: cannot be read: {source}")]
    Read {
        file: String,
        source: std::io::Error,
    },
    /// A parameter file is no document.
    #[error(transparent)]
    Data(#[from] DataFileError),
}
