//! The dispatcher: which of the ready tasks start now.

mod admission;
#[cfg(test)]
mod by_hand;
mod class;
mod dispatcher;
#[cfg(test)]
mod fairness;
mod holding;
#[cfg(test)]
mod invariants;
mod key;
#[cfg(test)]
mod mistake;
mod moment;
mod pin;
mod standing;
#[cfg(test)]
mod tests;
mod waking;

pub use admission::DispatchTask;
pub use dispatcher::Dispatcher;
#[cfg(test)]
pub(crate) use mistake::Mistake;
