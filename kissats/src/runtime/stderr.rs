//! Words for people, beside the report.

use crate::runtime::capture::terminal;

/// Writes a line to stderr, where nothing parses it.
pub(crate) fn say(line: &str) {
    terminal(&format!("kissats: {line}\n"));
}
