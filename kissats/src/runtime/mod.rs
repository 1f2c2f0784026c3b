//! Layer 4: the only place for threads, signals and clocks.

mod clock;
mod interrupt;
mod life_cycle;
mod panic_record;
mod run;
mod stderr;

pub use clock::SystemClock;
pub(crate) use interrupt::Interrupts;
pub(crate) use run::{Run, RunInProgress};
pub(crate) use stderr::say;
