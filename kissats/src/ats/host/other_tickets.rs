//! The tickets of other processes, as they were read last.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use crate::ats::host::HostError;
use crate::ats::host::folder::make;
use crate::ats::host::host_time::HostTime;
use crate::ats::host::note::note;
use crate::ats::host::ticket_file::TicketFile;
use crate::ats::host::ticket_line::{LineError, TicketLine};
use crate::model::Timestamp;
use crate::reserve::{Ledger, RecordedStage};

/// After that one in line may have asked for its turn again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Where the tickets lie that the ledger has from others.
#[derive(Debug, Default)]
pub(super) struct OtherTickets {
    /// In order of the numbers.
    by_number: Vec<(u64, PathBuf)>,
    /// What could not be read, and was told.
    told: Vec<PathBuf>,
}

/// A ticket as it lies there.
struct Seen {
    /// Whether a process has it locked.
    lives: bool,
    text: String,
    /// When it was touched last.
    touched: u64,
}

impl OtherTickets {
    pub(super) fn numbers(&self) -> Vec<u64> {
        self.by_number.iter().map(|(number, _)| *number).collect()
    }

    /// Reads all tickets but those of this process. Returns those whose process has died, and whose
    /// quarantine is over.
    pub(super) fn read(
        &mut self,
        tickets: &Path,
        own: &[&Path],
        ledger: &mut Ledger,
        time: HostTime,
        now: Timestamp,
    ) -> Result<Vec<PathBuf>, HostError> {
        for (number, _) in self.by_number.drain(..) {
            ledger.strike(number);
        }
        let mut dead = Vec::new();
        let refused = || HostError::refused("read the folder", tickets);
        for entry in fs::read_dir(tickets).map_err(refused())? {
            let path = entry.map_err(refused())?.path();
            let is_ticket = path.extension().is_some_and(|kind| kind == "ticket");
            let is_other = is_ticket && !own.contains(&path.as_path());
            if is_other && !self.take_in(&path, ledger, time, now) {
                dead.push(path);
            }
        }
        Ok(dead)
    }

    /// Looks whether these are still what they were. Returns those whose process has died.
    pub(super) fn look_at(
        &mut self,
        suspects: &[u64],
        ledger: &mut Ledger,
        time: HostTime,
        now: Timestamp,
    ) -> Vec<PathBuf> {
        let mut dead = Vec::new();
        let mut is_first = true;
        for &number in suspects {
            let Ok(place) = self.place_of(number) else {
                continue;
            };
            // Of those in line the first matters; the others, if they seem to have lost interest.
            if let Some(RecordedStage::InLine { asked_at }) =
                ledger.record(number).map(|record| record.stage)
                && !std::mem::take(&mut is_first)
                && now < asked_at + LOOK_AGAIN
            {
                continue;
            }
            ledger.strike(number);
            let (_, path) = self.by_number.remove(place);
            if !self.take_in(&path, ledger, time, now) {
                dead.push(path);
            }
        }
        dead
    }

    /// Where the ticket is, or belongs.
    fn place_of(&self, number: u64) -> Result<usize, usize> {
        self.by_number
            .binary_search_by_key(&number, |(number, _)| *number)
    }

    /// Tells the ledger what the ticket says; `false` if its process has died, and whatever quarantine that
    /// has left is over.
    fn take_in(
        &mut self,
        path: &Path,
        ledger: &mut Ledger,
        time: HostTime,
        now: Timestamp,
    ) -> bool {
        let seen = match look(path) {
            Ok(Some(seen)) => seen,
            Ok(None) => return true,
            Err(error) => {
                self.tell(path, &error.to_string());
                return true;
            }
        };
        let read = TicketLine::read(&seen.text);
        match read {
            Ok(None) => seen.lives,
            Ok(Some(line)) => {
                let until = line.quarantined_until();
                let stays = seen.lives || until.is_some_and(|end| time.of_host(now) < end);
                if stays {
                    self.adopt(path, &line, seen.touched, ledger, time);
                }
                stays
            }
            Err(error) if seen.lives => {
                self.tell(path, &error.to_string());
                true
            }
            Err(_) => false,
        }
    }

    fn adopt(
        &mut self,
        path: &Path,
        line: &TicketLine,
        touched: u64,
        ledger: &mut Ledger,
        time: HostTime,
    ) {
        match line.record(time, touched) {
            Ok(record) => {
                let ticket = (record.number, path.to_owned());
                match self.place_of(record.number) {
                    Ok(place) => self.by_number[place] = ticket,
                    Err(place) => self.by_number.insert(place, ticket),
                }
                ledger.adopt(record);
            }
            Err(error) => self.tell(path, &error.to_string()),
        }
    }

    /// Clears away the ticket of a process that has died. What that had claimed, nobody gets before it
    /// surely has closed it: the kernel frees locks before it closes ports.
    pub(super) fn bury(
        &mut self,
        path: PathBuf,
        tickets: &Path,
        ledger: &mut Ledger,
        time: HostTime,
        now: Timestamp,
        quarantine: Duration,
    ) -> Result<(), HostError> {
        let Ok(Some(seen)) = look(&path) else {
            return Ok(());
        };
        let now = time.of_host(now);
        let span = u64::try_from(quarantine.as_nanos()).unwrap_or(u64::MAX);
        match TicketLine::read(&seen.text) {
            Ok(None) => {}
            Ok(Some(line)) => {
                if let Some(left) = line.quarantined(now, span) {
                    let file = TicketFile::make(tickets);
                    let file = file.map_err(HostError::refused("make a ticket in", tickets))?;
                    file.write(&left.text())
                        .map_err(HostError::refused("write", file.path()))?;
                    // Its lock goes when the file is closed: it speaks for itself.
                    self.adopt(file.path(), &left, now, ledger, time);
                }
            }
            Err(error) => return set_aside(&path, tickets, &error),
        }
        remove(&path).map_err(HostError::refused("remove", &path))
    }

    fn tell(&mut self, path: &Path, why: &str) {
        if !self.told.iter().any(|told| told == path) {
            self.told.push(path.to_owned());
            note(&format!(
                "the ticket {} cannot be read, so what it holds is not known here: {why}",
                path.display()
            ));
        }
    }
}

/// `None` if it is gone.
fn look(path: &Path) -> io::Result<Option<Seen>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let lives = match file.try_lock_shared() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(error)) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let modified = file.metadata()?.modified()?;
    let touched = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Some(Seen {
        lives,
        text: String::from_utf8_lossy(&bytes).into_owned(),
        touched: u64::try_from(touched.as_nanos()).unwrap_or(u64::MAX),
    }))
}

/// Keeps what nobody can read, out of the way.
fn set_aside(path: &Path, tickets: &Path, why: &LineError) -> Result<(), HostError> {
    let refused = |error| HostError::refused("set aside", path)(error);
    let folder = tickets.join("set-aside");
    make(&folder)?;
    let kept = folder.join(path.file_name().unwrap_or_default());
    fs::rename(path, &kept).map_err(refused)?;
    note(&format!(
        "the ticket of a dead process cannot be read ({why}) and was set aside as {}",
        kept.display()
    ));
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
