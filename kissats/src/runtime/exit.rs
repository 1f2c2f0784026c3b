//! How the process says that a run has failed.

use crate::runtime::EarlyExit;

/// What `cargo test` shows as a failed run.
pub(crate) const FAILED: u8 = 101;

/// Ends the process although a body still runs. Whoever calls it holds nothing any more.
#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a body on the main thread cannot be left in any other way; everything held is given back before"
)]
pub(super) fn end_process() -> ! {
    EarlyExit::is_meant();
    std::process::exit(i32::from(FAILED))
}
