//! Layer 1: who may hold what, when. Pure; every call is given its `now`.

mod error;
mod instance;
mod ledger;
#[cfg(test)]
mod tests;
mod ticket;

pub use error::ReserveError;
pub(crate) use instance::Instance;
pub(crate) use ledger::Ledger;
pub use ticket::{Claim, Holder, PreReservation, PreReservationId, ReservationId};
