//! Processes that contend for the resources of one host, and what they have written down of it.

mod contender;
mod history;

pub use contender::{Contender, now};
pub use history::{Verdict, judge};
