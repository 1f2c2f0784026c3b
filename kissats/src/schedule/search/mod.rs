//! The search for a short schedule of a whole workload.

mod decoder;
mod population;
mod project;
mod search;
#[cfg(test)]
mod tests;
mod timetable;

pub use search::{FoundSchedule, SearchBudget, search};
