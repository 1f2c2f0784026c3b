//! Layer 1: who may hold what, when. Pure; every call is given its `now`.

mod availability;
mod entries;
mod entry;
mod error;
mod hold_time;
mod instance;
mod ledger;
mod obstacle;
mod pools;
mod record;
mod request;
mod run_hold;
#[cfg(test)]
mod tests;
mod ticket;
mod window;

pub use availability::Availability;
pub use error::ReserveError;
pub use hold_time::HoldTime;
pub use instance::InstanceConfig;
pub(crate) use ledger::Ledger;
pub use obstacle::Obstacle;
pub(crate) use record::{Record, RecordedNeed, RecordedStage};
pub use request::ReservationRequest;
pub(crate) use run_hold::RunHold;
pub use ticket::{
    Claim, ClaimAnswer, HoldId, Holder, PreReservation, PreReservationId, ReservationId,
};
pub use window::TimeWindow;
