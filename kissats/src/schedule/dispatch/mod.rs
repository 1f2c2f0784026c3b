//! The dispatcher: which of the ready tasks start now.

mod class;
mod dispatcher;
mod holding;
mod key;
#[cfg(test)]
mod mistake;
mod pin;
#[cfg(test)]
mod tests;

pub use dispatcher::{DispatchTask, Dispatcher};
