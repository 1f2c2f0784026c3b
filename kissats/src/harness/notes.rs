//! What the user is told before a run: what was asked for and cannot be honoured.

use crate::config::Origin;
use crate::harness::args::{Args, Format};
use crate::model::{ResourceMode, RunConfig};

/// What was asked for and cannot be honoured.
pub(super) fn notes(
    args: &Args,
    config: &RunConfig,
    origin: &impl Fn(&str) -> Origin,
) -> Vec<String> {
    let orders_itself = matches!(
        config.resource_mode,
        ResourceMode::CustomAll | ResourceMode::CustomSeparate | ResourceMode::CustomCombine
    );
    let notes = [
        (
            args.format == Some(Format::Junit),
            "--format junit is not supported yet; this is --format pretty".to_owned(),
        ),
        (
            args.report_time.is_some() || args.ensure_time,
            "--report-time and --ensure-time are not supported yet".to_owned(),
        ),
        (
            orders_itself,
            format!(
                "resource mode `{}` brings no order of its own yet; tasks run in the order of the plan ({})",
                config.resource_mode,
                origin("resource_mode")
            ),
        ),
    ];
    let asked = notes.into_iter().filter(|(asked, _)| *asked);
    asked.map(|(_, note)| note).collect()
}
