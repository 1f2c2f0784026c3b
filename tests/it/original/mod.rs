//! What KISS ATS promised, one test a promise. Add a test when a page of this house makes another.
//!
//! The files follow the sections of the specification that was made of it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails like a test")]

mod support;

mod exceptions;
mod groups;
mod helpers;
mod library;
mod prerequisites;
mod queues;
mod resources;
mod runner;
mod running;
mod schemas;
mod task_pack;
mod tasks;
