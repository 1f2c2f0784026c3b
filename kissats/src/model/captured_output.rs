//! What a task wrote.

use std::fmt;

/// Everything a task wrote, where it can be told from what others wrote.
///
/// What it notes, and what `log` and `tracing` record, can always be told. stdout and stderr can if it has
/// a process for itself, or if nothing runs beside it; see the [guide](crate::guide::output). Bytes that are no
/// UTF-8 are shown as `U+FFFD`.
///
/// ```
/// # use kissats::Outcome;
/// /// The last line that a task wrote before it failed.
/// fn last_line(outcome: &Outcome) -> Option<&str> {
///     let attempt = outcome.attempts().last()?;
///     attempt.output.as_ref()?.stdout.lines().last()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CapturedOutput {
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
    /// What it noted with [`TaskContext::note`](crate::TaskContext::note), and what was recorded on its
    /// thread by the crates `log` and `tracing`, a line each.
    pub log: String,
}

impl CapturedOutput {
    /// `None` where nothing was written.
    pub(crate) fn new(stdout: &[u8], stderr: &[u8], log: String) -> Option<Box<Self>> {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let is_empty = stdout.is_empty() && stderr.is_empty() && log.is_empty();
        (!is_empty).then(|| {
            Box::new(Self {
                stdout: text(stdout),
                stderr: text(stderr),
                log,
            })
        })
    }
}

impl fmt::Display for CapturedOutput {
    /// As it is shown below a failure: each under its name, if there is any of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("stdout", &self.stdout),
            ("stderr", &self.stderr),
            ("log", &self.log),
        ];
        for (name, text) in parts {
            if !text.is_empty() {
                writeln!(f, "--- {name} ---\n{}", text.trim_matches('\n'))?;
            }
        }
        Ok(())
    }
}
