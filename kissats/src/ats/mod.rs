//! Layer 3: talking to whoever owns the resources.

mod acquire;
mod client;
mod error;
mod local;
mod reservation;

pub(crate) use acquire::acquire;
pub use client::{AtsClient, ReservationRequest};
pub use error::AtsError;
pub use local::LocalAts;
pub use reservation::ResourceReservation;
