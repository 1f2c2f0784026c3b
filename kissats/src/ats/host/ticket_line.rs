//! How a ticket is spelled.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ats::host::host_time::HostTime;
use crate::model::{InstanceName, NameError, ReservationMode, ResourceName};
use crate::reserve::{Holder, Record, RecordedNeed, RecordedStage, TimeWindow};

/// The version of the line.
const VERSION: u32 = 1;

/// A line of JSON, with instants in nanoseconds of the host's time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TicketLine {
    version: u32,
    number: u64,
    /// Who holds it: the process, of which package, and what in it.
    process: u32,
    package: String,
    holder: String,
    needs: Vec<NeedLine>,
    stage: StageLine,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct NeedLine {
    resource: String,
    exclusive: bool,
    instance: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StageLine {
    /// The time of the file says when the holder asked last.
    InLine,
    PreReserved {
        starts_at: u64,
        ends_at: Option<u64>,
        expires_at: u64,
    },
    Claimed {
        starts_at: u64,
        ends_at: Option<u64>,
    },
    /// The process died and may still be closing its devices.
    Quarantined { ends_at: u64 },
}

/// Whose ticket it is.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub(super) process: u32,
    pub(super) package: String,
}

impl Owner {
    /// This process: the package whose test it is, or else its program.
    pub(super) fn of_process() -> Self {
        let program = || {
            let path = std::env::current_exe().ok()?;
            Some(path.file_stem()?.to_string_lossy().into_owned())
        };
        let package = std::env::var("CARGO_PKG_NAME").ok().or_else(program);
        Self {
            process: std::process::id(),
            package: package.unwrap_or_default(),
        }
    }
}

/// Why a line cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("it has version {0}, and here is version {VERSION}")]
    Version(u64),
    #[error(transparent)]
    Name(#[from] NameError),
}

impl TicketLine {
    pub(super) fn new(record: &Record, owner: &Owner, time: HostTime) -> Self {
        let host = |instant| time.of_host(instant);
        let needs = record.needs.iter().map(|need| NeedLine {
            resource: need.resource.to_string(),
            exclusive: need.mode == ReservationMode::Exclusive,
            instance: need.instance.as_ref().map(ToString::to_string),
        });
        Self {
            version: VERSION,
            number: record.number,
            process: owner.process,
            package: owner.package.clone(),
            holder: record.holder.to_string(),
            needs: needs.collect(),
            stage: match record.stage {
                RecordedStage::InLine { .. } => StageLine::InLine,
                RecordedStage::PreReserved { window, expires_at } => StageLine::PreReserved {
                    starts_at: host(window.starts_at),
                    ends_at: window.ends_at.map(host),
                    expires_at: host(expires_at),
                },
                RecordedStage::Claimed { window } => StageLine::Claimed {
                    starts_at: host(window.starts_at),
                    ends_at: window.ends_at.map(host),
                },
            },
        }
    }

    /// `None` if the ticket is not in use.
    pub(super) fn read(text: &str) -> Result<Option<Self>, LineError> {
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            return Ok(None);
        }
        let read = serde_json::from_str::<Self>(line);
        let version = match &read {
            Ok(read) => Some(u64::from(read.version)),
            // Another version may say it in other words.
            Err(_) => {
                let value: Value = serde_json::from_str(line)?;
                value.get("version").and_then(Value::as_u64)
            }
        };
        match version {
            Some(version) if version != u64::from(VERSION) => Err(LineError::Version(version)),
            _ => Ok(Some(read?)),
        }
    }

    pub(super) fn text(&self) -> String {
        // Texts and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// `asked_at` is when one who is in line asked last.
    pub(super) fn record(&self, time: HostTime, asked_at: u64) -> Result<Record, LineError> {
        let run = |host| time.of_run(host);
        let (package, process) = (&self.package, self.process);
        let died = match self.stage {
            StageLine::Quarantined { .. } => ", which died: in quarantine",
            _ => "",
        };
        let holder = format!("{} (process {process} of {package}{died})", self.holder);
        let needs = self.needs.iter().map(|need| {
            Ok(RecordedNeed {
                resource: ResourceName::new(&need.resource)?,
                mode: match need.exclusive {
                    true => ReservationMode::Exclusive,
                    false => ReservationMode::Shared,
                },
                instance: need.instance.as_ref().map(InstanceName::new).transpose()?,
            })
        });
        let claimed = |starts_at, ends_at: Option<u64>| {
            let window = TimeWindow::new(run(starts_at), ends_at.map(run));
            RecordedStage::Claimed { window }
        };
        Ok(Record {
            number: self.number,
            holder: Holder::new(holder),
            needs: needs.collect::<Result<_, NameError>>()?,
            stage: match self.stage {
                StageLine::InLine => RecordedStage::InLine {
                    asked_at: run(asked_at),
                },
                StageLine::PreReserved {
                    starts_at,
                    ends_at,
                    expires_at,
                } => RecordedStage::PreReserved {
                    window: TimeWindow::new(run(starts_at), ends_at.map(run)),
                    expires_at: run(expires_at),
                },
                StageLine::Claimed { starts_at, ends_at } => claimed(starts_at, ends_at),
                StageLine::Quarantined { ends_at } => claimed(0, Some(ends_at)),
            },
        })
    }

    /// What its owner leaves who died at this time or before; `None` if nothing.
    pub(super) fn quarantined(&self, now: u64, span: u64) -> Option<Self> {
        let StageLine::Claimed { ends_at, .. } = self.stage else {
            return None;
        };
        if span == 0 || ends_at.is_some_and(|end| end <= now) {
            return None;
        }
        let stage = StageLine::Quarantined {
            ends_at: now.saturating_add(span),
        };
        Some(Self {
            stage,
            ..self.clone()
        })
    }

    /// When its quarantine ends, if it is in quarantine.
    pub(super) fn quarantined_until(&self) -> Option<u64> {
        match self.stage {
            StageLine::Quarantined { ends_at } => Some(ends_at),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_told_from_what_is_no_ticket() {
        let error = |line: &str| match TicketLine::read(line) {
            Err(LineError::Json(_)) => "no ticket".to_owned(),
            read => read.unwrap_err().to_string(),
        };
        let newer = "it has version 2, and here is version 1";
        assert_eq!(error("{\"version\":2,\"words\":[]}\n"), newer);
        let words = "\"number\":1,\"process\":1,\"package\":\"p\",\"holder\":\"h\",\"needs\":[],\"stage\":\"in_line\"";
        assert_eq!(error(&format!("{{\"version\":2,{words}}}\n")), newer);
        assert_eq!(error("{\"version\":1,\"words\":[]}\n"), "no ticket");
        assert_eq!(error("words\n"), "no ticket");
        let read = TicketLine::read(&format!("{{\"version\":1,{words}}}\nrest")).unwrap();
        assert_eq!(read.unwrap().number, 1);
        assert_eq!(TicketLine::read("\n").unwrap(), None);
    }
}
