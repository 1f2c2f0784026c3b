//! Tests that need more than one crate: compile-time messages and real `cargo` runs.

/// The contract of the ATS seam. Add a line when a client is written.
mod ats;
/// Flags and exit codes. Add a test for every flag that is honoured.
mod command_line;
/// What the compiler says to those who write tasks. Add a case for every key and every rule.
mod compile_time;
/// Pages that show commands. Add a page when one is written.
mod documents;
