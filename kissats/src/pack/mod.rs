//! Layer 5: a task pack as a library, without the harness.

mod error;
mod filling;
mod interrupter;
mod pack_state;
mod queue_run;
mod report;
mod rules;
mod run_summary;
mod running;
mod task_mistake;
mod task_pack;
#[cfg(test)]
mod tests;
mod wanted_packages;

pub use error::PackError;
pub use interrupter::Interrupter;
pub use run_summary::RunSummary;
pub use task_mistake::{TaskMistake, TaskMistakeKind};
pub use task_pack::TaskPack;
