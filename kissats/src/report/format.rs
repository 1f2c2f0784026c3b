//! How a report looks.

/// The formats of libtest that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ReportFormat {
    /// A line for each task.
    #[default]
    Pretty,
    /// A character for each task.
    Terse,
    /// A JSON object for each event.
    Json,
}
