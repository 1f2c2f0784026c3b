//! What the tests are made with: throw-away cargo projects, documents that are replayed, and the
//! contract that every client of an ATS keeps.

pub mod ats_contract;
mod document;
mod project;

pub use document::{Block, blocks, replay};
pub use project::{Finished, Project};
