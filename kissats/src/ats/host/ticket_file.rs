//! A ticket of this process.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// A file that this process has locked for as long as it lives. What was given back leaves it empty, for
/// the next.
#[derive(Debug)]
pub(super) struct TicketFile {
    file: File,
    path: PathBuf,
}

impl TicketFile {
    /// A new file, locked. Nobody may be looking at the folder meanwhile.
    pub(super) fn make(tickets: &Path) -> io::Result<Self> {
        let id = std::process::id();
        for count in 1_u64.. {
            let path = tickets.join(format!("{id}-{count}.ticket"));
            match OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path)
            {
                // Another client of this process, or of one with the same number in another container.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    file.set_permissions(Permissions::from_mode(0o644))?;
                    file.try_lock()?;
                    return Ok(Self { file, path });
                }
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nobody has removed it.
    pub(super) fn is_still_there(&self) -> bool {
        self.file.metadata().is_ok_and(|there| there.nlink() > 0)
    }

    /// What comes behind the end of the line is of a longer one before, and is not read.
    pub(super) fn write(&self, line: &str) -> io::Result<()> {
        self.file.write_all_at(format!("{line}\n").as_bytes(), 0)
    }

    /// Says that its holder has asked for its turn.
    pub(super) fn touch(&self, host_time: u64) -> io::Result<()> {
        self.file
            .set_modified(UNIX_EPOCH + Duration::from_nanos(host_time))
    }

    /// Before the file is closed: a ticket without a lock is one of a dead process.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}
