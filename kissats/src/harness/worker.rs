//! The test binary as a worker of its own run.

use std::process::ExitCode;

use crate::registry;
use crate::runtime::{GUARD_FLAG, SystemClock, WORKER_FLAG, allow_workers, serve, stand_guard};

/// Makes this process a worker if a run of the same binary started it as one.
///
/// In the run mode `process`, a run starts its own binary once more for every worker. Programs that
/// run a [`TaskPack`](crate::TaskPack) in that mode call this first in `main`, before anything that
/// must happen only once; [`main!`](crate::main) and [`Harness`](crate::Harness) do so themselves.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     if let Some(code) = kissats::run_as_worker() {
///         return code;
///     }
///     // … what the program does …
///     ExitCode::SUCCESS
/// }
/// ```
#[must_use = "a worker has done all it is to do: return the exit code from `main`"]
pub fn run_as_worker() -> Option<ExitCode> {
    allow_workers();
    let first = std::env::args_os().nth(1)?;
    if first == GUARD_FLAG {
        return Some(stand_guard());
    }
    (first == WORKER_FLAG).then(|| {
        #[cfg(any(feature = "log", feature = "tracing"))]
        crate::runtime::record_logs();
        serve(registry::find, &SystemClock::start())
    })
}
