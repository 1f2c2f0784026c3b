//! The tasks that passed only after a retry, with what went wrong before.

use std::io::Write;

use crate::harness::failure_text::failure_text;
use crate::model::Outcome;

/// Writes one line for each, and below it the attempts that failed.
pub(super) fn report_flaky(
    flaky: &[(String, Outcome)],
    mut out: impl Write,
) -> std::io::Result<()> {
    if flaky.is_empty() {
        return Ok(());
    }
    let count = flaky.len();
    writeln!(out, "kissats: {count} passed only after a retry:")?;
    for (shown, outcome) in flaky {
        writeln!(out, "    flaky {shown} ... {outcome}")?;
        if let Some((_, failed)) = outcome.attempts().split_last() {
            let text = failure_text(failed).replace('\n', "\n        ");
            writeln!(out, "        {text}")?;
        }
    }
    writeln!(out)
}
