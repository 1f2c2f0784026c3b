//! Tests that need more than one crate: compile-time messages and real `cargo` runs.

/// The contract of the ATS seam. Add a line when a client is written.
mod ats;
/// Retries, the global time-out, orders by chance. Add a test for every rule of them.
#[cfg(unix)]
mod attempts;
/// What tasks write. Add a test for every way to write, and for every end of a task that has written.
#[cfg(unix)]
mod capture;
/// Flags and exit codes. Add a test for every flag that is honoured.
mod command_line;
/// What the compiler says to those who write tasks. Add a case for every key and every rule.
mod compile_time;
/// Which compiler wrote the texts that are compared.
mod compiler;
/// Files, variables and flags. Add a test when a setting reaches the tasks in a new way.
mod configuration;
/// Pages that show commands. Add a page when one is written.
mod documents;
/// Whatever is shown to the world is shown in use. Nothing to add: it finds what is new.
mod examples;
/// Resources of the machine. Add a test for every way in which two processes could disagree.
#[cfg(unix)]
mod host;
/// Bodies that keep what others write to. Add a test for every place where kissats writes.
#[cfg(unix)]
mod kept_streams;
/// From the start of a task to its end. Add a test for every step, and for every way to end in one.
#[cfg(target_os = "linux")]
mod kill_rounds;
/// Runs in many processes that are killed. Add a test for every process that can be.
#[cfg(unix)]
mod killed_runs;
mod life_cycle;
/// The same packs under another runner. Add a test for everything that it reads.
mod nextest;
/// What KISS ATS promised. Add a test with every promise that is made of it.
mod original;
/// An order of the pack's own. Add a test when it decides on more.
mod own_order;
/// Tasks beside each other. Add a test for everything that keeps them apart.
#[cfg(unix)]
mod parallel;
/// Tasks in processes of their own. Add a test for everything that crosses the border, and every end.
#[cfg(unix)]
mod process;
/// What kissats shows to the world. Nothing to add: the listing is written anew.
mod public_api;
/// Which tasks a target has. Add a test for every mistake that only the set of tasks shows.
mod registry;
/// The original author's sample package, re-told. Add a test when its shape changes.
mod sample;
/// One run in many processes. Add a test for everything that they share.
#[cfg(unix)]
mod shared_run;
/// Runs that end before their time. Add a test for every way to ask for that.
#[cfg(unix)]
mod signals;
