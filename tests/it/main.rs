//! Tests that need more than one crate: compile-time messages and real `cargo` runs.

/// Flags and exit codes. Add a test for every flag that is honoured.
mod command_line;
/// What the compiler says to those who write tasks. Add a case for every key and every rule.
mod compile_time;
/// Files, variables and flags. Add a test when a setting reaches the tasks in a new way.
mod configuration;
/// Pages that show commands. Add a page when one is written.
mod documents;
