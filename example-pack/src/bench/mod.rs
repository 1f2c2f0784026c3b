//! The bench: a simulated power supply and a simulated device, both reached over real TCP sockets.
//!
//! ```text
//!   PowerSupplyClient ── TCP, SCPI lines ──> PowerSupply ──┐
//!                                                          ├── Rail (12 V)
//!   ConsoleClient ────── TCP, console ─────> Dut ──────────┘
//! ```
//!
//! A test starts a [`Bench`], connects the two clients, and from then on does what it would do with
//! instruments on a table.

mod client_error;
mod client_stream;
mod console_client;
mod console_session;
mod crc32;
mod device;
mod dut;
mod error_queue;
mod image;
mod line_reader;
mod listener;
mod rail;
mod rig;
mod scpi;
mod scpi_error;
mod shared_rail;
mod supply;
mod supply_client;
mod version;

pub use client_error::ClientError;
pub use console_client::ConsoleClient;
pub use crc32::crc32;
pub use dut::Dut;
pub use error_queue::ErrorQueue;
pub use image::{Image, ImageError};
pub use rail::{Rail, StillTripped};
pub use rig::Bench;
pub use scpi::Command;
pub use scpi_error::ScpiError;
pub use shared_rail::SharedRail;
pub use supply::PowerSupply;
pub use supply_client::PowerSupplyClient;
pub use version::{Version, VersionError};
