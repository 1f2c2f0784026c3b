//! Where people look, whatever the task at work has redirected.

use std::io::Write;

use crate::runtime::capture::Redirect;
use crate::runtime::stderr;

/// Writes to stderr as it was when the process started, in one piece.
pub(in crate::runtime) fn terminal(text: &str) {
    // A closed stderr is no reason to fail.
    let _ = match Redirect::real_stderr() {
        Some(mut real) => real.write_all(text.as_bytes()),
        None => stderr().write_all(text.as_bytes()),
    };
}
