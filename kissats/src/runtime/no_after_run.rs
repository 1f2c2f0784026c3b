//! In the place of `after_run` where no process can be left behind: no run is shared there.

use std::io;
use std::path::{Path, PathBuf};

use crate::shared_run::RunFolder;

pub(crate) const TEARDOWN_FLAG: &str = "--kissats-teardown";

pub(crate) fn settle_earlier_runs(_: &Path) {}

/// Whoever starts the processes of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Runner;

impl Runner {
    pub(crate) fn of_this_process(_: bool) -> Self {
        Self
    }
}

pub(crate) fn watch_over(_: &Path, _: &str, _: Runner, _: Vec<String>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A process that cannot be.
#[derive(Debug)]
pub(crate) struct Watcher {
    binary: String,
}

impl Watcher {
    pub(crate) fn take_over(_: PathBuf, _: String) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[expect(clippy::unused_self, reason = "elsewhere it has a self")]
    pub(crate) fn wait(&self) -> io::Result<RunFolder> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn binary(&self) -> &str {
        &self.binary
    }
}
