//! Layer 4: the only place for threads, processes, signals and clocks.

#[cfg(unix)]
mod after_run;
#[cfg(not(unix))]
#[path = "no_after_run.rs"]
mod after_run;
mod capture;
mod clock;
mod current_task;
#[cfg(unix)]
mod early_exit;
#[cfg(not(unix))]
#[path = "no_early_exit.rs"]
mod early_exit;
mod exit;
mod hold_run;
mod holdings;
mod interrupt;
mod jobs;
mod last_uses;
mod lender;
mod life_cycle;
mod mail;
mod panic_message;
mod panic_record;
#[cfg(unix)]
mod process;
#[cfg(not(unix))]
#[path = "no_process.rs"]
mod process;
#[cfg(any(feature = "log", feature = "tracing"))]
mod records;
mod run;
mod run_in_progress;
mod said_wait;
#[cfg(target_os = "linux")]
mod same_processor;
#[cfg(all(unix, not(target_os = "linux")))]
#[path = "no_same_processor.rs"]
mod same_processor;
mod sharing;
#[cfg(unix)]
mod signals;
mod stderr;
#[cfg(unix)]
mod streams;
#[cfg(not(unix))]
#[path = "no_streams.rs"]
mod streams;
mod summary;
#[cfg(test)]
mod tests;
mod thread_pool;
mod worker;
mod worker_pool;

pub(crate) use after_run::{Runner, TEARDOWN_FLAG, Watcher, settle_earlier_runs, watch_over};
pub(crate) use capture::Capture;
pub use clock::SystemClock;
pub(crate) use early_exit::EarlyExit;
pub(crate) use exit::FAILED;
pub(crate) use hold_run::{NotHeld, take};
pub(crate) use interrupt::Interrupts;
pub(crate) use lender::Lender;
pub(crate) use mail::Mail;
pub(crate) use process::{GUARD_FLAG, WORKER_FLAG, allow_workers, serve, stand_guard};
#[cfg(any(feature = "log", feature = "tracing"))]
pub use records::record_logs;
pub(crate) use run::{Run, RunObserver};
pub(crate) use run_in_progress::{Finished, RunInProgress};
pub(crate) use said_wait::SaidWait;
pub(crate) use sharing::Sharing;
pub(crate) use stderr::{say, say_apart};
pub(crate) use streams::{stderr, stdout};
pub(crate) use summary::Summary;
