//! What tasks record with the crates `log` and `tracing`.

mod install;
#[cfg(feature = "log")]
mod of_log;
#[cfg(feature = "tracing")]
mod of_tracing;

pub use install::record_logs;
