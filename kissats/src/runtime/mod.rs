//! Layer 4: the only place for threads, signals and clocks.

mod clock;
mod hold_run;
mod interrupt;
mod life_cycle;
mod panic_record;
#[cfg(unix)]
#[allow(dead_code)]
pub(crate) mod process;
mod run;
mod run_in_progress;
mod stderr;
mod summary;
#[cfg(test)]
mod tests;

pub use clock::SystemClock;
pub(crate) use interrupt::Interrupts;
pub(crate) use run::{Run, RunObserver};
pub(crate) use run_in_progress::{Outcomes, RunInProgress};
pub(crate) use stderr::say;
