//! Words for people about the folder of tickets.

use std::io::Write;

/// Writes a line to stderr, where nothing parses it.
pub(super) fn note(line: &str) {
    // A closed stderr is no reason to fail.
    let _ = writeln!(std::io::stderr(), "kissats: {line}");
}
