//! What the user is told before a run: what was asked for and cannot be honoured.

use crate::harness::args::{Args, Format};

/// What was asked for and cannot be honoured.
pub(super) fn notes(args: &Args) -> Vec<String> {
    let notes = [
        (
            args.format == Some(Format::Junit),
            "--format junit is not supported yet; this is --format pretty".to_owned(),
        ),
        (
            args.ensure_time,
            "--ensure-time is not supported: `timeout` limits a task, and --report-time says how long each ran"
                .to_owned(),
        ),
    ];
    let asked = notes.into_iter().filter(|(asked, _)| *asked);
    asked.map(|(_, note)| note).collect()
}
