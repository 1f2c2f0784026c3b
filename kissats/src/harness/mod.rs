//! Layer 5: words from the command line in, trials and an exit code out.

mod args;
mod board_observer;
mod entry;
mod failure_text;
mod macros;
mod needed;
mod settings;
mod trials;

pub use entry::Harness;
