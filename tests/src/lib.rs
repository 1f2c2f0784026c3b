//! What the end-to-end tests are made with: throw-away cargo projects, the marks that their tasks leave,
//! documents that are replayed, and the contract that every client of an ATS keeps.

pub mod ats_contract;
pub mod crowd;
mod default_signals;
mod dice;
mod document;
#[cfg(unix)]
pub mod host;
mod marks;
pub mod measure;
mod project;
pub mod rcpsp;
pub mod suite;

pub use default_signals::with_default_signals;
pub use dice::Dice;
pub use document::{Block, blocks, replay};
pub use marks::{Marks, eventually};
pub use project::{Finished, Project, own_host};
