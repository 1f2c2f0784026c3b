//! Layer 4: the only place for threads, signals and clocks.

mod clock;
mod interrupt;
mod life_cycle;
mod outcome_board;
mod panic_record;
mod run;
mod stderr;

pub use clock::SystemClock;
pub(crate) use interrupt::Interrupts;
pub(crate) use outcome_board::OutcomeBoard;
pub(crate) use run::{Gate, Run, RunObserver};
pub(crate) use stderr::say;
