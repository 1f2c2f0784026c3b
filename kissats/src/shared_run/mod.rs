//! Layer 3: one run in many processes: what they tell each other through files.
//!
//! A record is a file for each task, locked by the process that runs the task, which the kernel lets go of
//! when that process dies. There are no counters and nothing that a person has to clean up.

mod dues;
mod file_name;
mod member;
mod run_folder;
mod run_id;
mod state_folder;
mod suite_stop;
mod task_record;
#[cfg(test)]
mod tests;

pub(crate) use dues::Dues;
pub(crate) use member::{Member, Role};
pub(crate) use run_folder::{JoinError, RunFolder};
pub(crate) use run_id::{Process, RunId};
pub(crate) use state_folder::state_folder;
pub(crate) use task_record::{Look, Recorded, TaskClaim};
