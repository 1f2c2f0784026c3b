//! What the end-to-end tests are made with: throw-away cargo projects, and documents that are replayed.

pub mod crowd;
mod document;
pub mod measure;
mod project;

pub use document::{Block, blocks, replay};
pub use project::{Finished, Project};
