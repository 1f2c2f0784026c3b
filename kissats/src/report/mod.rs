//! Layer 3: what is shown of a run.

mod format;
mod printer;
mod shown;
mod tally;
#[cfg(test)]
mod tests;

pub(crate) use format::ReportFormat;
pub(crate) use printer::{Printer, json, width};
pub(crate) use shown::Shown;
