//! What the end-to-end tests are made with: throw-away cargo projects, and documents that are replayed.

mod document;
mod project;

pub use document::{Block, blocks, replay};
pub use project::{Finished, Project};
