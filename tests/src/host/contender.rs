//! One who asks again and again.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kissats::{
    Acquired, AtsClient, Clock, HostAts, ReservationRequest, ResourceReservation, RetryPolicy,
    SystemClock, acquire,
};

/// A client of the host that waits as a run does, and can write down what it held.
pub struct Contender {
    client: Arc<dyn AtsClient>,
    clock: Arc<SystemClock>,
}

impl Contender {
    /// One who shares the folder.
    #[must_use]
    pub fn new(folder: &Path, quarantine: Duration) -> Self {
        let clock = Arc::new(SystemClock::start());
        let client = HostAts::new(clock.clone())
            .in_folder(folder)
            .with_quarantine(quarantine);
        Self {
            client: Arc::new(client),
            clock,
        }
    }

    /// Stands in line until everything is held.
    ///
    /// # Errors
    /// Whatever the client answers.
    pub fn take(
        &self,
        request: ReservationRequest,
    ) -> Result<ResourceReservation, Box<dyn std::error::Error>> {
        let policy = RetryPolicy::default();
        let request = request.in_line();
        let mut answer = acquire(&self.client, request, policy, self.clock.now())?;
        loop {
            match answer {
                Acquired::Held(held) => return Ok(held),
                Acquired::NotBefore(pending) => {
                    thread::sleep(pending.claimable_at().since(self.clock.now()));
                    answer = pending.claim()?;
                }
            }
        }
    }

    /// Takes everything, holds it for a while, the first half of it for half of that, and writes down from
    /// when to when that was surely so.
    ///
    /// # Errors
    /// Whatever the client answers, and what keeps the history from being written.
    pub fn hold(
        &self,
        request: ReservationRequest,
        span: Duration,
        history: &mut File,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let id = std::process::id();
        let mut held = self.take(request)?;
        let mut line = format!("+ {} {id}", now());
        for one in held.resources().iter() {
            line += &format!(" {}:{}:{}", one.mode, one.instance, one.token.number());
        }
        history.write_all(format!("{line}\n").as_bytes())?;
        thread::sleep(span / 2);
        let all = Arc::clone(held.resources());
        for one in &all[..all.len() / 2] {
            let line = format!("- {} {id} {}\n", now(), one.instance);
            history.write_all(line.as_bytes())?;
            held.release_part(&one.resource)?;
        }
        thread::sleep(span / 2);
        history.write_all(format!("- {} {id}\n", now()).as_bytes())?;
        Ok(held.release()?)
    }

    /// The history, to which every process adds whole lines.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn history(path: &Path) -> io::Result<File> {
        OpenOptions::new().append(true).create(true).open(path)
    }
}

impl std::fmt::Debug for Contender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contender").finish_non_exhaustive()
    }
}

/// Nanoseconds since 1970, by the clock that all processes have in common.
#[must_use]
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
}
