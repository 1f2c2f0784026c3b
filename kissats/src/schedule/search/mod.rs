//! The search for a short schedule of a whole workload.

mod decoder;
mod found_schedule;
mod population;
mod project;
#[cfg(test)]
mod tests;
mod timetable;

pub use found_schedule::{FoundSchedule, SearchBudget, search};
