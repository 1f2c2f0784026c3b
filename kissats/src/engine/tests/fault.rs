//! What goes wrong around a run, in the words of a scenario.

use std::str::SplitWhitespace;

use super::simulation::seconds;
use crate::model::{ResourceName, Timestamp};

/// Something that happens from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// `taken psu 2 6`: at 2 s somebody else takes it, if it is free, and gives it back at 6 s, which
    /// nobody knows beforehand.
    Taken {
        resource: ResourceName,
        from: Timestamp,
        until: Timestamp,
    },
    /// `booked psu 2 6`: it is set aside for somebody else from 2 s to 6 s, as the calendar says.
    Booked {
        resource: ResourceName,
        from: Timestamp,
        until: Timestamp,
    },
    /// `lost psu 5`: at 5 s its owner takes it from the task that holds it.
    Lost {
        resource: ResourceName,
        at: Timestamp,
    },
    /// `dies 4`: at 4 s the worker dies that is at the first task of those that are being run.
    Dies { at: Timestamp },
}

impl Fault {
    /// `None` if the line is about something else.
    pub(super) fn parse(word: &str, rest: &str) -> Option<Self> {
        let mut words = rest.split_whitespace();
        let resource = |words: &mut SplitWhitespace| {
            ResourceName::new(words.next().expect("a resource")).unwrap()
        };
        let at = |words: &mut SplitWhitespace| seconds(words.next().expect("a time"));
        Some(match word {
            "taken" => Self::Taken {
                resource: resource(&mut words),
                from: at(&mut words),
                until: at(&mut words),
            },
            "booked" => Self::Booked {
                resource: resource(&mut words),
                from: at(&mut words),
                until: at(&mut words),
            },
            "lost" => Self::Lost {
                resource: resource(&mut words),
                at: at(&mut words),
            },
            "dies" => Self::Dies { at: at(&mut words) },
            _ => return None,
        })
    }

    /// When something is to be done about it.
    pub(super) fn times(&self) -> Vec<Timestamp> {
        match self {
            Self::Taken { from, until, .. } => vec![*from, *until],
            // Before the run starts.
            Self::Booked { .. } => Vec::new(),
            Self::Lost { at, .. } | Self::Dies { at } => vec![*at],
        }
    }
}

/// A mistake that is planted between the engine and the world: what the engine says is not what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sabotage {
    /// Nobody is woken when his time has come.
    ForgetsToWake,
    /// Some of what is given back is not.
    ForgetsToRelease,
    /// What a body that was given up still uses is given to others.
    ReleasesWhatIsUsed,
    /// Of several resources, each is claimed by itself, and kept while the others are waited for.
    ClaimsOneByOne,
    /// An outcome is told a second time.
    TellsTwice,
    /// In the dispatcher: what comes back wakes nobody.
    WakesNobody,
    /// In the dispatcher: a task starts although not all that it needs is free.
    TakesWhatIsTaken,
}
