//! Layer 5: words from the command line in, trials and an exit code out.

mod args;
mod entry;
mod environment;
mod failure_text;
mod flaky;
mod layer;
mod linked_packs;
mod listing;
mod macros;
mod membership;
mod needed;
mod nextest_config;
mod notes;
mod own_order;
mod pools;
mod run_option;
mod settings;
mod settings_error;
mod show_config;
mod show_plan;
mod teardown;
#[cfg(test)]
mod tests;
mod trials;
mod views;
mod worker;

pub use entry::Harness;
pub use worker::run_as_worker;
