//! The tier `host`: resources that all processes of a machine share, without a server.

mod desk;
mod folder;
mod gate;
mod host_ats;
mod host_error;
mod host_time;
mod note;
mod other_tickets;
mod ticket_file;
mod ticket_line;

pub use host_ats::HostAts;
pub use host_error::HostError;
