//! One message, one line.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version of everything that is said here. Both ends are the same binary, so it differs only if
/// the binary was replaced while it ran; better an error than a misunderstanding.
pub(crate) const VERSION: u32 = 3;

/// A line that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum WireError {
    /// It is no message.
    #[error("expected a message of version {VERSION}, found `{line}`")]
    Line {
        line: String,
        source: serde_json::Error,
    },
    /// A message with a value that the model does not allow.
    #[error("expected {expected}, found `{found}`")]
    Value {
        expected: &'static str,
        found: String,
    },
}

/// The message with the end of its line. JSON has no raw line breaks.
///
/// # Errors
/// If it holds something that JSON cannot.
pub(crate) fn to_line(message: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut line = serde_json::to_string(message)?;
    line.push('\n');
    Ok(line)
}

/// The message of a line, with or without its end.
pub(crate) fn from_line<T: DeserializeOwned>(line: &str) -> Result<T, WireError> {
    serde_json::from_str(line).map_err(|source| WireError::Line {
        line: line.trim_end().chars().take(200).collect(),
        source,
    })
}
