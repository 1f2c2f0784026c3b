//! Events of the crate `tracing`.

use std::io::{self, Write};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;

use crate::runtime::current_task::CurrentTask;
use crate::runtime::say;

/// One event at a time.
struct Events;

/// Takes the events that are wanted, unless somebody else takes them already.
pub(super) fn install(wanted: &str) {
    let targets = wanted.parse().unwrap_or_else(|error| {
        say(&format!("RUST_LOG={wanted} is taken as `info`: {error}"));
        Targets::new().with_default(tracing_subscriber::filter::LevelFilter::INFO)
    });
    let lines = layer()
        .with_ansi(false)
        .without_time()
        .with_writer(|| Events)
        .with_filter(targets);
    let _ = registry().with(lines).try_init();
}

impl Write for Events {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        CurrentTask::record(String::from_utf8_lossy(text).trim_end_matches('\n'));
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
