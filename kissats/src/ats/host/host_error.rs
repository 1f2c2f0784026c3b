//! Why the folder of tickets cannot be used.

use std::io;
use std::path::{Path, PathBuf};

/// What keeps [`HostAts`](crate::HostAts) from its folder.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{AtsClient, HostAts, SystemClock};
/// let ats = HostAts::new(Arc::new(SystemClock::start())).in_folder("/dev/null");
/// let error = ats.available_resources().unwrap_err();
/// let why = std::error::Error::source(&error).unwrap();
/// assert!(why.to_string().contains("KISSATS_DIR"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Something else stands where the folder should be.
    #[error(
        "{} is no folder, or a link to one, and so cannot hold the tickets of the ATS client `host`; remove it, or \
         name a folder with the variable KISSATS_DIR",
        .path.display()
    )]
    NoFolder {
        /// Where it should be.
        path: PathBuf,
    },
    /// Locks do not reach every process that sees the folder.
    #[error(
        "{} lies on a network file system ({kind}), whose locks are not dependable; name a folder of this machine \
         with the variable KISSATS_DIR",
        .path.display()
    )]
    Network {
        /// The folder.
        path: PathBuf,
        /// The kind of file system.
        kind: &'static str,
    },
    /// The system refuses.
    #[error(
        "cannot {what} {}: {source}; name another folder for the tickets of the ATS client `host` with the variable \
         KISSATS_DIR, or declare the resources private with `ats_client = \"local\"`",
        .path.display()
    )]
    Refused {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl HostError {
    /// For what the system refuses to do with `path`.
    pub(super) fn refused(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Refused {
            what,
            path: path.to_owned(),
            source,
        }
    }
}
