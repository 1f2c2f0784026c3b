//! What the ledger knows of one holder.

use crate::model::Timestamp;
use crate::reserve::{ReservationRequest, TimeWindow};

/// A granted request, from then on until it is given back or ends.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) request: ReservationRequest,
    pub(super) window: TimeWindow,
    /// The place in its pool of the instance that serves each need.
    pub(super) places: Vec<usize>,
    pub(super) stage: Stage,
}

/// How far a granted request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    PreReserved { expires_at: Timestamp },
    Claimed,
}

impl Entry {
    /// When it ends by itself.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::PreReserved { expires_at } => Some(expires_at),
            Stage::Claimed => self.window.ends_at,
        }
    }

    pub(super) fn is_claimed(&self) -> bool {
        self.stage == Stage::Claimed
    }
}
