//! Layer 2: how a run and its worker processes spell what they tell each other.
//!
//! One message is one line of JSON. These types are not those of the model: a word on the line stays
//! what it is when a name inside kissats changes, and [`VERSION`] grows when it does not.

mod held;
mod line;
mod order;
mod record;
mod report;
mod result;
mod teardown;
#[cfg(test)]
mod tests;

pub(crate) use held::HeldMessage;
pub(crate) use line::{VERSION, WireError, from_line, to_line};
pub(crate) use order::{Order, RunOrder};
pub(crate) use record::{OutcomeMessage, RecordLine};
pub(crate) use report::Report;
pub(crate) use result::ResultMessage;
pub(crate) use teardown::{ProcessMessage, TeardownOrder, TeardownReport};
