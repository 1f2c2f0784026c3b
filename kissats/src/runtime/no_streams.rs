//! In the place of `streams` where descriptors cannot be copied: a body that was given up may keep stdout or stderr.

use std::io::{self, Write};

/// stdout.
pub(crate) fn stdout() -> Box<dyn Write + Send> {
    Box::new(io::stdout())
}

/// stderr.
pub(crate) fn stderr() -> Box<dyn Write + Send> {
    Box::new(io::stderr())
}

/// Nothing can be done about it.
pub(super) fn may_be_kept() {}
