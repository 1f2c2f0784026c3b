//! The folder in which the processes of a run find each other.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::shared_run::RunId;
use crate::shared_run::file_name::file_name;

/// Named after the version of everything in it: what another version of kissats has written is not
/// even seen.
const RUNS: &str = "runs-1";

/// How many runs are kept that are over and owe nothing.
const KEPT: usize = 20;

/// A process finds the run changed that often while it joins; more says that something is wrong.
const TRIES: u32 = 20;

/// The folder of a run that this process belongs to, and that others may belong to as well.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    /// Locked as long as this process lives: shared with the other processes of the run, or alone to tear
    /// it down.
    alive: File,
}

/// Why this process cannot be a part of the run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum JoinError {
    /// The state cannot be written: every process is a run of its own then.
    #[error(
        "{path}: {source}; every process runs on its own, so what is set up once per run is set up by each of \
         them; name another folder with KISSATS_STATE_DIR"
    )]
    State { path: PathBuf, source: io::Error },
    /// What it set up has been torn down.
    #[error("the run {0} is over: whoever started it has ended, and what it set up was torn down")]
    Over(String),
}

/// What the file `run` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody has begun the run.
    New,
    Open,
    Over,
    /// Something else has written to it.
    Unknown,
}

impl State {
    const OPEN: &str = "open\n";
    const OVER: &str = "over\n";

    fn read(file: &mut File) -> io::Result<Self> {
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok(match bytes.as_slice() {
            b"" => Self::New,
            text if text == Self::OPEN.as_bytes() => Self::Open,
            text if text == Self::OVER.as_bytes() => Self::Over,
            _ => Self::Unknown,
        })
    }

    fn write(file: &mut File, text: &str) -> io::Result<()> {
        file.rewind()?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())
    }
}

impl RunFolder {
    /// Where a run of this name lies.
    pub(crate) fn path_of(state: &Path, name: &str) -> PathBuf {
        state.join(RUNS).join(file_name(name))
    }

    /// Makes this process a part of the run. Whichever process is the first is told the folder and calls
    /// `begin` before any other goes on; what is set aside is told to `say`.
    ///
    /// # Errors
    /// If the run is over, or its state cannot be written.
    pub(crate) fn join(
        state: &Path,
        id: &RunId,
        mut begin: impl FnMut(&Path),
        say: impl Fn(&str),
    ) -> Result<Self, JoinError> {
        let path = Self::path_of(state, &id.name);
        let error = |source| JoinError::State {
            path: path.clone(),
            source,
        };
        for attempt in 0..TRIES {
            let mut run = open(&path).map_err(error)?;
            run.lock_shared().map_err(error)?;
            let mut found = State::read(&mut run).map_err(error)?;
            if found == State::New {
                // Not both at once: others may have the same in mind.
                run.unlock().and_then(|()| run.lock()).map_err(error)?;
                found = State::read(&mut run).map_err(error)?;
                if found == State::New && is_still(&run, &path) {
                    begin(&path);
                    fs::create_dir_all(path.join("tasks")).map_err(error)?;
                    State::write(&mut run, State::OPEN).map_err(error)?;
                }
                continue;
            }
            match found {
                State::Open if is_still(&run, &path) => {
                    return Ok(Self { path, alive: run });
                }
                State::New | State::Open => {}
                State::Over if id.of_nextest => return Err(JoinError::Over(id.name.clone())),
                // The same name once more is another run.
                State::Over => set_aside(&run, &path, "over", attempt).map_err(error)?,
                State::Unknown => {
                    set_aside(&run, &path, "set-aside", attempt).map_err(error)?;
                    say(&format!(
                        "{}: this is no state of a run; it is set aside, and the run begins anew",
                        path.display()
                    ));
                }
            }
        }
        Err(error(io::Error::other("it changes all the time")))
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn task(&self, file: &str) -> PathBuf {
        self.path.join("tasks").join(file)
    }

    /// Says that nothing new is to start, and why.
    pub(super) fn stop(&self) -> PathBuf {
        self.path.join("stop")
    }

    /// Locked by a task that must not run beside another one of its kind.
    pub(super) fn one_at_a_time(&self) -> PathBuf {
        self.path.join("one-at-a-time")
    }

    /// Waits until no process of the run is left and keeps others out: it is about to be torn down.
    ///
    /// # Errors
    /// What the system says if there is no such run.
    pub(crate) fn close(path: &Path) -> io::Result<Self> {
        let run = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path.join("run"))?;
        run.lock()?;
        Ok(Self {
            path: path.to_owned(),
            alive: run,
        })
    }

    /// The run was torn down: nobody can join it any more.
    ///
    /// # Errors
    /// What the system says if that cannot be written.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        State::write(&mut self.alive, State::OVER)
    }

    /// The other runs that have left something, the youngest first.
    pub(crate) fn others(path: &Path) -> Vec<PathBuf> {
        let runs = path.parent().map(fs::read_dir);
        let Some(Ok(runs)) = runs else {
            return Vec::new();
        };
        let age = |entry: &fs::DirEntry| entry.metadata().and_then(|meta| meta.modified()).ok();
        let runs = runs.flatten().map(|entry| (age(&entry), entry.path()));
        let mut sorted = Vec::new();
        for run in runs.filter(|(_, other)| other != path) {
            // There are few: old ones are removed.
            let place = sorted.partition_point(|other| *other > run);
            sorted.insert(place, run);
        }
        sorted.into_iter().map(|(_, path)| path).collect()
    }

    /// Removes old runs that nobody is at and that owe nothing.
    pub(crate) fn prune(others: &[PathBuf], owes: impl Fn(&Path) -> bool) {
        for old in others.iter().skip(KEPT).filter(|old| !owes(old)) {
            let run = OpenOptions::new()
                .read(true)
                .write(true)
                .open(old.join("run"));
            let is_free = match &run {
                Ok(run) => run.try_lock().is_ok(),
                Err(error) => error.kind() == io::ErrorKind::NotFound,
            };
            if is_free {
                // What cannot be removed now is removed by a later run.
                let _ = fs::remove_dir_all(old);
            }
        }
    }
}

/// The file by which the processes know of each other.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = path.join("run");
    options.open(&file).or_else(|_| {
        fs::create_dir_all(path)?;
        options.open(&file)
    })
}

/// Whether the file is still the one of that folder.
#[cfg(unix)]
fn is_still(run: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let same = || {
        let (mine, there) = (run.metadata()?, fs::metadata(path.join("run"))?);
        io::Result::Ok((mine.dev(), mine.ino()) == (there.dev(), there.ino()))
    };
    same().unwrap_or(false)
}

/// No run is shared here.
#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> bool {
    true
}

/// Gives the folder another name, unless another process has done so.
fn set_aside(run: &File, path: &Path, word: &str, attempt: u32) -> io::Result<()> {
    run.unlock().and_then(|()| run.lock())?;
    if is_still(run, path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let pid = std::process::id();
        fs::rename(
            path,
            path.with_file_name(format!("{name}+{word}-{pid}-{attempt}")),
        )?;
    }
    Ok(())
}
