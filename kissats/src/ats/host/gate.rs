//! One at a time: the mutex of the folder.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::ats::host::HostError;
use crate::ats::host::folder::new_beside;
use crate::ats::host::note::note;

/// What a line in the file begins with.
const FORMAT: &str = "kissats-host 1";

/// The file whose lock lets one process at a time look at the tickets and change them.
#[derive(Debug)]
pub(super) struct Gate {
    file: File,
    path: PathBuf,
}

/// What is written in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// Grows with every change of a ticket. Numbers of tickets and fencing tokens are such numbers.
    pub(super) number: u64,
    /// The latest time that was seen when something changed.
    pub(super) seen: u64,
}

/// The gate, locked until this is dropped.
#[derive(Debug)]
pub(super) struct Passed {
    gate: Arc<Gate>,
    pub(super) mark: Mark,
}

impl Gate {
    pub(super) fn open(tickets: &Path) -> Result<Arc<Self>, HostError> {
        let path = tickets.join("gate");
        let file = open_or_make(&path).map_err(HostError::refused("open", &path))?;
        Ok(Arc::new(Self { file, path }))
    }

    /// Waits for those who look at the tickets, which none does for long. `None` if somebody has cleared
    /// the folder away: others may be using a new one.
    pub(super) fn pass(self: &Arc<Self>) -> Result<Option<Passed>, HostError> {
        lock(&self.file).map_err(HostError::refused("lock", &self.path))?;
        if !self.is_still_there() {
            return Ok(None);
        }
        let mark = self
            .read()
            .map_err(HostError::refused("read", &self.path))?;
        let gate = Arc::clone(self);
        Ok(Some(Passed { gate, mark }))
    }

    fn is_still_there(&self) -> bool {
        let identity = |there: fs::Metadata| (there.dev(), there.ino());
        let ours = self.file.metadata().map(identity).ok();
        ours.is_some() && fs::symlink_metadata(&self.path).map(identity).ok() == ours
    }

    fn read(&self) -> io::Result<Mark> {
        let mut bytes = [0; 80];
        let length = self.file.read_at(&mut bytes, 0)?;
        let text = String::from_utf8_lossy(&bytes[..length]);
        let mark = read_mark(&text);
        if mark.is_none() && length > 0 {
            note(&format!(
                "{} cannot be read, and is written anew",
                self.path.display()
            ));
        }
        Ok(mark.unwrap_or_default())
    }
}

impl Passed {
    /// Announces that something changes, before it does: who dies in between has announced too much,
    /// not too little.
    pub(super) fn announce(&mut self, mark: Mark) -> Result<(), HostError> {
        let Mark { number, seen } = mark;
        let line = format!("{FORMAT} {number:020} {seen:020}\n");
        self.gate
            .file
            .write_all_at(line.as_bytes(), 0)
            .map_err(HostError::refused("write", &self.gate.path))?;
        self.mark = mark;
        Ok(())
    }
}

impl Drop for Passed {
    fn drop(&mut self) {
        // The file is closed at the latest when the process ends.
        let _ = self.gate.file.unlock();
    }
}

fn read_mark(text: &str) -> Option<Mark> {
    let line = text.lines().next()?.strip_prefix(FORMAT)?;
    let (number, seen) = line.trim_start().split_once(' ')?;
    Some(Mark {
        number: number.parse().ok()?,
        seen: seen.parse().ok()?,
    })
}

fn lock(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// One that is there is opened without the wish to make it: in some folders the system refuses that
/// for files of other users.
fn open_or_make(path: &Path) -> io::Result<File> {
    loop {
        match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => make(path)?,
            answer => return answer,
        }
    }
}

/// Nobody sees the file before everybody may write to it.
fn make(path: &Path) -> io::Result<()> {
    let new = new_beside(path);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&new)?;
    file.set_permissions(Permissions::from_mode(0o666))?;
    let made = fs::hard_link(&new, path);
    fs::remove_file(&new)?;
    match made {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}
