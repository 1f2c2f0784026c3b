//! What is wrong with a file.

use std::fmt;

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
    /// It is no JSON.
    #[error("{file}:{}:{}: no JSON: {source}", .source.line(), .source.column())]
    Json {
        file: String,
        source: serde_json::Error,
    },
    /// It is no YAML.
    #[cfg(feature = "yaml")]
    #[error("{file}: no YAML: {source}")]
    Yaml {
        file: String,
        source: yaml_serde::Error,
    },
    /// YAML is compiled in only if it is asked for.
    #[cfg(not(feature = "yaml"))]
    #[error(
        "{file}: YAML needs the feature `yaml` of kissats: `cargo add kissats --features yaml`; \
         .json needs none"
    )]
    NoYaml { file: String },
    /// Its name says nothing about its form.
    #[error("{file}: expected a parameter file that ends in .json, .yaml or .yml")]
    Suffix { file: String },
}
