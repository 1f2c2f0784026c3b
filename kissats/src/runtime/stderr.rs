//! Words for people, beside the report.

use crate::runtime::capture::terminal;

/// Writes a line to stderr, where nothing parses it.
pub(crate) fn say(line: &str) {
    terminal(&format!("kissats: {line}\n"));
}

/// Writes a line to stderr that readers look for. On a new line, as a panic does: `test boot ... ` stands before
/// it on a terminal, and `Error: ` is looked for at the start of a line.
pub(crate) fn say_apart(line: &str) {
    terminal(&format!("\n{line}\n"));
}
