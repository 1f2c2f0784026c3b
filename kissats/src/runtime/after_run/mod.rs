//! What comes after the last process of a run: a process of its own waits for that and tears down.
//!
//! It is the test binary once more, in a process group of its own, so that what is sent to the runner's
//! processes does not reach it. A lock that it inherits as its stdin says that it is there.

mod earlier_runs;
mod runner;
mod watcher;

pub(crate) use earlier_runs::settle_earlier_runs;
pub(crate) use runner::Runner;
pub(crate) use watcher::{TEARDOWN_FLAG, Watcher, watch_over};
