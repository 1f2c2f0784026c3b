//! Layer 5: words from the command line in, a report and an exit code out.

mod args;
mod args_error;
mod chosen_tasks;
mod entry;
mod environment;
mod execution;
mod failure_text;
mod flag;
mod flaky;
mod help;
mod layer;
mod linked_packs;
mod listing;
mod macros;
mod membership;
mod needed;
mod nextest_config;
mod notes;
mod order;
mod own_order;
mod owner;
mod pools;
mod remarks;
mod report_output;
mod reporter;
mod run_option;
mod settings;
mod settings_error;
mod show_config;
mod show_plan;
mod successes;
mod teardown;
#[cfg(test)]
mod tests;
mod times;
mod worker;

pub use entry::Harness;
pub use worker::run_as_worker;
