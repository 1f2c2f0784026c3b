//! What one ledger tells another of an entry.

use crate::model::{InstanceName, ReservationMode, ResourceName, Timestamp};
use crate::reserve::{Holder, TimeWindow};

/// An entry, with instances by name: the pools of two ledgers need not be alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) number: u64,
    pub(crate) holder: Holder,
    pub(crate) needs: Vec<RecordedNeed>,
    pub(crate) stage: RecordedStage,
}

/// One need, and by which instance it is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedNeed {
    pub(crate) resource: ResourceName,
    pub(crate) mode: ReservationMode,
    /// `None` as long as it is in line.
    pub(crate) instance: Option<InstanceName>,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordedStage {
    InLine {
        asked_at: Timestamp,
    },
    PreReserved {
        window: TimeWindow,
        expires_at: Timestamp,
    },
    Claimed {
        window: TimeWindow,
    },
}
