//! Where the state of runs lies.

use std::path::{Path, PathBuf};

/// `told`, or `kissats` in the target folder that `program` was built in, or else in `elsewhere`.
///
/// The program's own path says it best: every test binary of a run lies below the same target folder,
/// whatever the working directory and the variables are. Cargo marks that folder with `CACHEDIR.TAG`.
pub(crate) fn state_folder(told: Option<&str>, program: &Path, elsewhere: &Path) -> PathBuf {
    if let Some(told) = told {
        return PathBuf::from(told);
    }
    let mut folders = program.ancestors().skip(1);
    let target = folders.find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.unwrap_or(elsewhere).join("kissats")
}
