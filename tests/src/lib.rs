//! What the end-to-end tests are made with: throw-away cargo projects, the marks that their tasks leave,
//! and documents that are replayed.

mod document;
mod marks;
mod project;

pub use document::{Block, blocks, replay};
pub use marks::{Marks, eventually};
pub use project::{Finished, Project};
