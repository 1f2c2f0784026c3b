//! What a task wrote.

use std::fmt;

/// Everything a task wrote to stdout and stderr, where its run mode can tell it from what others wrote.
///
/// Bytes that are no UTF-8 are shown as `U+FFFD`.
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
}

impl CapturedOutput {
    /// `None` where nothing was written.
    pub(crate) fn new(stdout: &[u8], stderr: &[u8]) -> Option<Box<Self>> {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let is_empty = stdout.is_empty() && stderr.is_empty();
        (!is_empty).then(|| {
            Box::new(Self {
                stdout: text(stdout),
                stderr: text(stderr),
            })
        })
    }
}

impl fmt::Display for CapturedOutput {
    /// As `cargo test` shows it below a failure: stdout, then stderr.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for text in [&self.stdout, &self.stderr] {
            f.write_str(text)?;
            if !text.is_empty() && !text.ends_with('\n') {
                f.write_str("\n")?;
            }
        }
        Ok(())
    }
}
