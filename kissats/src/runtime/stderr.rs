//! Words for people, beside the report.

use std::io::Write;

/// Writes a line to stderr, where nothing parses it.
pub(crate) fn say(line: &str) {
    // A closed stderr is no reason to fail.
    let _ = writeln!(std::io::stderr(), "kissats: {line}");
}
