//! What KISS ATS promised, one test a promise. Add a test when a page of this house makes another.
//!
//! The files follow the sections of the specification that was made of it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails like a test")]

mod support;

mod groups;
mod library;
mod prerequisites;
mod resources;
mod running;
mod task_pack;
mod tasks;
