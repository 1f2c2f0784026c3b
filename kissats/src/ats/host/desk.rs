//! Where this process asks: its ledger, and the tickets that make it the same in all processes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::ats::AtsError;
use crate::ats::host::HostError;
use crate::ats::host::folder::open_folder;
use crate::ats::host::gate::{Gate, Mark, Passed};
use crate::ats::host::host_time::HostTime;
use crate::ats::host::other_tickets::OtherTickets;
use crate::ats::host::ticket_file::TicketFile;
use crate::ats::host::ticket_line::{Owner, TicketLine};
use crate::model::{Clock, ResourceNeed, Timestamp};
use crate::reserve::{Ledger, Record, RecordedStage, ReserveError};

/// So often at least says one in line that it still asks: well before others may pass it.
const TOUCH_EVERY: Duration = Duration::from_millis(250);

/// Files that are kept for the next ticket.
const SPARE: usize = 8;

/// The view that this process has of all tickets of the host.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) folder: PathBuf,
    pub(super) quarantine: Duration,
    pub(super) ledger: Ledger,
    owner: Owner,
    /// Nothing is opened before something is asked.
    open: Option<Open>,
    /// The tickets of this process, in order of their numbers.
    own: Vec<Ticket>,
    spare: Vec<TicketFile>,
}

#[derive(Debug)]
struct Open {
    gate: Arc<Gate>,
    tickets: PathBuf,
    time: HostTime,
    others: OtherTickets,
    /// The mark at which they were read; `None` if they must be read again.
    read_at: Option<u64>,
}

/// A ticket of this process.
#[derive(Debug)]
struct Ticket {
    number: u64,
    file: TicketFile,
    /// What is written on it; `None` if it must be written anew.
    says: Option<Record>,
    /// When one who is in line was last said to be asking.
    touched: Timestamp,
}

/// Who may be in the way of what is asked, and is looked at before it is answered: a process that has
/// died tells nobody.
pub(super) enum InTheWay<'a> {
    Nobody,
    OfNeeds(&'a [ResourceNeed]),
    /// Those before this number who have what it needs.
    Of(u64),
    Everybody,
}

impl Desk {
    pub(super) fn new(folder: PathBuf, quarantine: Duration) -> Self {
        Self {
            folder,
            quarantine,
            ledger: Ledger::default(),
            owner: Owner::of_process(),
            open: None,
            own: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Asks the ledger while no other process can ask its own, and writes down what has changed.
    pub(super) fn ask<T>(
        &mut self,
        clock: &dyn Clock,
        in_the_way: InTheWay<'_>,
        question: impl FnOnce(&mut Ledger, Timestamp) -> Result<T, ReserveError>,
    ) -> Result<T, AtsError> {
        let mut passed = self.pass(clock)?;
        let now = clock.now();
        self.catch_up(now, in_the_way, &mut passed)?;
        let next = self.next_mark(now, &passed);
        self.ledger.count_from(next.number - 1);
        let answer = question(&mut self.ledger, now);
        self.write_down(now, next, &mut passed)?;
        Ok(answer?)
    }

    fn pass(&mut self, clock: &dyn Clock) -> Result<Passed, HostError> {
        loop {
            if let Some(open) = &self.open {
                if let Some(passed) = open.gate.pass()? {
                    return Ok(passed);
                }
                // Somebody has cleared the folder away, and all tickets with it.
                for ticket in &mut self.own {
                    ticket.says = None;
                }
            }
            let tickets = open_folder(&self.folder)?;
            let gate = Gate::open(&tickets)?;
            let (time, others) = match self.open.take() {
                Some(open) => (open.time, open.others),
                None => (HostTime::read(clock.now()), OtherTickets::default()),
            };
            self.open = Some(Open {
                gate,
                others,
                tickets,
                time,
                read_at: None,
            });
        }
    }

    /// Hears what has happened elsewhere.
    fn catch_up(
        &mut self,
        now: Timestamp,
        in_the_way: InTheWay<'_>,
        passed: &mut Passed,
    ) -> Result<(), HostError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if open.time.adopt(passed.mark.seen, now) {
            // What is written on the tickets of this process lasts as long as it thinks.
            for ticket in &mut self.own {
                ticket.says = None;
            }
        }
        let (ledger, others) = (&mut self.ledger, &mut open.others);
        let dead = if open.read_at == Some(passed.mark.number) {
            let suspects = match in_the_way {
                InTheWay::Nobody => Vec::new(),
                InTheWay::OfNeeds(needs) => ledger.in_the_way(needs),
                InTheWay::Of(number) => {
                    let mut before = ledger.in_the_way(ledger.needs_of(number));
                    before.retain(|other| *other < number);
                    before
                }
                InTheWay::Everybody => others.numbers(),
            };
            others.look_at(&suspects, ledger, open.time, now)
        } else {
            let own = self.own.iter().map(|ticket| &ticket.file);
            let own: Vec<_> = own.chain(&self.spare).map(TicketFile::path).collect();
            others.read(&open.tickets, &own, ledger, open.time, now)?
        };
        open.read_at = Some(passed.mark.number);
        if dead.is_empty() {
            return Ok(());
        }
        let next = self.next_mark(now, passed);
        passed.announce(next)?;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        // Until all are buried.
        open.read_at = None;
        let bury = |path| {
            let (ledger, span) = (&mut self.ledger, self.quarantine);
            open.others
                .bury(path, &open.tickets, ledger, open.time, now, span)
        };
        dead.into_iter().try_for_each(bury)?;
        open.read_at = Some(next.number);
        Ok(())
    }

    /// Above all that were given, and never below the time of the wall clock, so that it grows although the
    /// folder is cleared away.
    fn next_mark(&self, now: Timestamp, passed: &Passed) -> Mark {
        let next = passed.mark.number.saturating_add(1);
        let time = self.open.as_ref().map(|open| open.time);
        Mark {
            number: next.max(time.map_or(0, |time| time.least_number(now))),
            seen: time
                .map_or(0, |time| time.of_host(now))
                .max(passed.mark.seen),
        }
    }

    /// Writes what the ledger has for this process where others can read it.
    fn write_down(
        &mut self,
        now: Timestamp,
        next: Mark,
        passed: &mut Passed,
    ) -> Result<(), HostError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let mut changed: Vec<(u64, Option<Record>)> = Vec::new();
        for ticket in &mut self.own {
            let record = self.ledger.record(ticket.number);
            match &record {
                Some(record) if is_said(ticket, record) => {
                    if is_in_line(record) && now.since(ticket.touched) >= TOUCH_EVERY {
                        ticket.touched = now;
                        let touched = ticket.file.touch(open.time.of_host(now));
                        touched.map_err(HostError::refused("touch", ticket.file.path()))?;
                    }
                }
                _ => changed.push((ticket.number, record)),
            }
        }
        let given = self.ledger.record(next.number);
        if given.is_some() {
            changed.push((next.number, given));
        }
        if changed.is_empty() {
            return Ok(());
        }
        passed.announce(next)?;
        open.read_at = Some(next.number);
        let mut done = Ok(());
        for (number, record) in changed {
            let written = match record {
                Some(record) => self.write(now, record),
                None => self.clear(number),
            };
            if let Err(error) = written {
                // What others cannot read is not held: its file goes, and with it the lock.
                self.ledger.strike(number);
                if let Ok(place) = self.place_of(number) {
                    let _ = self.own.remove(place).file.remove();
                }
                done = Err(error);
            }
        }
        done
    }

    fn write(&mut self, now: Timestamp, record: Record) -> Result<(), HostError> {
        let Some(open) = &self.open else {
            return Ok(());
        };
        let number = record.number;
        let place = self.place_of(number);
        let known = place.ok().map(|place| self.own.remove(place).file);
        let file = match known
            .or_else(|| self.spare.pop())
            .filter(TicketFile::is_still_there)
        {
            Some(file) => file,
            None => {
                let made = TicketFile::make(&open.tickets);
                made.map_err(HostError::refused("make a ticket in", &open.tickets))?
            }
        };
        let line = TicketLine::new(&record, &self.owner, open.time);
        let mut written = file.write(&line.text());
        if is_in_line(&record) {
            written = written.and_then(|()| file.touch(open.time.of_host(now)));
        }
        if let Err(error) = written {
            let error = HostError::refused("write", file.path())(error);
            let _ = file.remove();
            return Err(error);
        }
        let ticket = Ticket {
            number,
            file,
            says: Some(record),
            touched: now,
        };
        // It is not there any more.
        let (Ok(place) | Err(place)) = place;
        self.own.insert(place, ticket);
        Ok(())
    }

    /// Where the ticket is, or belongs.
    fn place_of(&self, number: u64) -> Result<usize, usize> {
        self.own
            .binary_search_by_key(&number, |ticket| ticket.number)
    }

    /// The ticket is free for the next.
    fn clear(&mut self, number: u64) -> Result<(), HostError> {
        let Ok(place) = self.place_of(number) else {
            return Ok(());
        };
        let Ticket { file, .. } = self.own.remove(place);
        if let Err(error) = file.write("") {
            let error = HostError::refused("write", file.path())(error);
            let _ = file.remove();
            return Err(error);
        }
        if self.spare.len() < SPARE {
            self.spare.push(file);
        } else {
            // It says nothing: that it stays is no reason to fail.
            let _ = file.remove();
        }
        Ok(())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let own = self.own.drain(..);
        for file in own.map(|ticket| ticket.file).chain(self.spare.drain(..)) {
            // First it says nothing: who sees it without its lock takes it for one of a dead process.
            let _ = file.write("").and_then(|()| file.remove());
        }
    }
}

/// Whether others know already; that one in line asks again is not news.
fn is_said(ticket: &Ticket, record: &Record) -> bool {
    ticket.says.as_ref().is_some_and(|says| {
        says == record || (says.number == record.number && is_in_line(says) && is_in_line(record))
    })
}

fn is_in_line(record: &Record) -> bool {
    matches!(record.stage, RecordedStage::InLine { .. })
}
