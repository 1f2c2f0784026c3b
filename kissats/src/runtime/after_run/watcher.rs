//! The process that waits for the end of a run.

#![expect(
    clippy::disallowed_methods,
    reason = "this is where that process is started, and where it waits"
)]

use std::fs::{File, TryLockError};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::runtime::after_run::Runner;
use crate::runtime::process::empty_stdin;
use crate::shared_run::{Dues, RunFolder};
use crate::wire::TeardownOrder;

/// The word on the command line that makes the test binary this process; the folder of the run and the
/// name of the binary follow, and what the test process was told.
pub(crate) const TEARDOWN_FLAG: &str = "--kissats-teardown";

/// How often it is looked whether the runner has ended: nobody tells.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// The variables that say something to a run. A token is not for a file.
fn is_of_run(name: &str) -> bool {
    let prefixes = ["KISSATS_", "NEXTEST", "CARGO_MANIFEST_DIR"];
    prefixes.iter().any(|prefix| name.starts_with(prefix)) && name != "KISSATS_TOKEN"
}

/// Has what the run owes torn down after its end, by a process that is there already or is started now.
///
/// # Errors
/// What the system says; then the next run does it.
pub(crate) fn watch_over(
    run: &Path,
    binary: &str,
    runner: Runner,
    words: Vec<String>,
) -> io::Result<()> {
    let dues = Dues::of(run);
    let lock = dues.watch(binary)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(()),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let mut variables = Map::new();
    variables.extend(std::env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
        is_of_run(&name).then_some((name, Value::String(value)))
    }));
    let order = TeardownOrder {
        program: std::env::current_exe()?,
        words,
        folder: std::env::current_dir()?,
        variables,
        runner: runner.into(),
    };
    dues.put_order(binary, &order)?;
    start(run, binary, &order, lock).map(drop)
}

/// Starts the process; the lock goes with it, and is free when it has ended, however that was.
pub(super) fn start(
    run: &Path,
    binary: &str,
    order: &TeardownOrder,
    lock: File,
) -> io::Result<Child> {
    let variables = order.variables.iter();
    let variables = variables.filter_map(|(name, value)| Some((name, value.as_str()?)));
    Command::new(&order.program)
        .arg(TEARDOWN_FLAG)
        .args([run.as_os_str(), binary.as_ref()])
        .args(&order.words)
        .current_dir(&order.folder)
        .envs(variables)
        .stdin(Stdio::from(OwnedFd::from(lock)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

/// This process, as the one that waits for the end of a run.
#[derive(Debug)]
pub(crate) struct Watcher {
    run: PathBuf,
    binary: String,
    /// Says that it is there.
    _lock: OwnedFd,
}

impl Watcher {
    /// Takes over the lock.
    ///
    /// # Errors
    /// If this process was not started for that.
    pub(crate) fn take_over(run: PathBuf, binary: String) -> io::Result<Self> {
        let lock = io::stdin().as_fd().try_clone_to_owned()?;
        // What a teardown starts and leaves behind must not go on saying it.
        empty_stdin()?;
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            let heard = Arc::new(AtomicBool::new(false));
            signal_hook::flag::register(signal, heard)?;
        }
        Ok(Self {
            run,
            binary,
            _lock: lock,
        })
    }

    /// Waits until the run is over, and keeps it from going on.
    ///
    /// # Errors
    /// If there is no such run.
    pub(crate) fn wait(&self) -> io::Result<RunFolder> {
        let order = Dues::of(&self.run).order(&self.binary);
        let runner = order.map(|order| Runner::from(order.runner));
        while runner.is_some_and(Runner::is_alive) {
            thread::sleep(LOOK_AGAIN);
        }
        RunFolder::close(&self.run)
    }

    /// The binary whose teardowns it runs.
    pub(crate) fn binary(&self) -> &str {
        &self.binary
    }
}
