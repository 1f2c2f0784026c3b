//! How this process becomes a part of a run that is more than this process.

use std::path::PathBuf;

use crate::harness::environment::{Environment, STATE_DIR};
use crate::runtime::{say, settle_earlier_runs};
use crate::shared_run::{JoinError, Member, Process, RunFolder, RunId, state_folder};

/// A part of the run that the environment names; `None` if it names none, or if the state of a run cannot
/// be kept: then this process is a run of its own.
///
/// # Errors
/// If that run is over.
pub(super) fn join(environment: &Environment) -> Result<Option<Member>, JoinError> {
    // What is torn down when nobody is left needs a process that nobody waits for.
    if !cfg!(unix) {
        return Ok(None);
    }
    let variable = |name: &str| environment.get(name);
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("kissats"));
    let state = state_folder(environment.get(STATE_DIR), &program, &std::env::temp_dir());
    let Some(id) = RunId::of(variable) else {
        // Nothing is written here; only what earlier runs owe is looked for.
        settle_earlier_runs(&RunFolder::path_of(&state, "none"));
        return Ok(None);
    };
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let process = Process::of(&name, variable);
    match RunFolder::join(&state, &id, settle_earlier_runs, say) {
        Ok(folder) => Ok(Some(Member::new(folder, process))),
        Err(error @ JoinError::Over(_)) => Err(error),
        Err(error) => {
            say(&error.to_string());
            Ok(None)
        }
    }
}
