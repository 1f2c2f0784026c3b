//! Layer 3: talking to whoever owns the resources.

mod acquire;
mod client;
mod command;
mod communicate;
mod error;
#[cfg(test)]
mod hand_clock;
mod held_run;
#[cfg(unix)]
mod host;
mod local;
mod pending;
mod registered;
mod reply;
mod reservation;
mod retry_policy;

pub use acquire::acquire;
pub use client::AtsClient;
pub use command::Command;
pub use communicate::server_communicate;
pub use error::{AtsClientError, AtsError};
pub use held_run::HeldRun;
#[cfg(unix)]
pub use host::{HostAts, HostError};
pub use local::LocalAts;
pub use pending::{Acquired, PendingReservation};
pub use registered::{AtsClientConfig, AtsRegistration, connect_ats_client};
pub use reply::Reply;
pub use reservation::ResourceReservation;
pub use retry_policy::RetryPolicy;
