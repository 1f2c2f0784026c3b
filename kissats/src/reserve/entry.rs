//! What the ledger knows of one holder.

use std::time::Duration;

use crate::model::Timestamp;
use crate::reserve::{ReservationRequest, TimeWindow};

/// For how long a place in line counts after its holder asked for its turn.
const INSISTS: Duration = Duration::from_secs(1);

/// A granted request, from then on until it is given back or ends.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) request: ReservationRequest,
    /// Without meaning while it is in line.
    pub(super) window: TimeWindow,
    /// The place in its pool of the instance that serves each need.
    pub(super) places: Vec<usize>,
    pub(super) stage: Stage,
}

/// How far a granted request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Waits for those who hold without an end, and comes before whoever asks later.
    InLine {
        since: Timestamp,
        asked_at: Timestamp,
    },
    PreReserved {
        expires_at: Timestamp,
    },
    Claimed,
}

impl Entry {
    /// When it ends by itself.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::PreReserved { expires_at } => Some(expires_at),
            Stage::Claimed => self.window.ends_at,
            Stage::InLine { .. } => None,
        }
    }

    pub(super) fn is_claimed(&self) -> bool {
        self.stage == Stage::Claimed
    }

    pub(super) fn is_in_line(&self) -> bool {
        matches!(self.stage, Stage::InLine { .. })
    }

    /// Whether those behind it have to wait for it. Who is busy elsewhere keeps the place and is passed.
    pub(super) fn insists(&self, now: Timestamp) -> bool {
        matches!(self.stage, Stage::InLine { asked_at, .. } if now < asked_at + INSISTS)
    }
}
