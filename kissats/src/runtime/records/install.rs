//! The loggers of this process.

/// Has what is recorded with the crates `log` and `tracing` go to the log of the task whose function the
/// thread runs, as far as kissats was built with the features of these names.
///
/// [`Harness`](crate::Harness) and [`main!`](crate::main) have called it when a task starts; a program that
/// runs a [`TaskPack`](crate::TaskPack) calls it if it wants. `RUST_LOG` says what is recorded
/// (`warn,my_pack=debug`), everything from `info` on if it says nothing. Where another logger or subscriber
/// is already there, that one stays.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     if let Some(code) = kissats::run_as_worker() {
///         return code;
///     }
///     kissats::record_logs();
///     // … runs a `TaskPack` …
///     std::process::ExitCode::SUCCESS
/// }
/// ```
pub fn record_logs() {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let wanted = match wanted.trim() {
        "" => "info",
        wanted => wanted,
    };
    #[cfg(feature = "log")]
    super::of_log::install(wanted);
    #[cfg(feature = "tracing")]
    super::of_tracing::install(wanted);
}
