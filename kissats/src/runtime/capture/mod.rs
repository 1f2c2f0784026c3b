//! What tasks write, and what becomes of it.

#[cfg(unix)]
mod descriptor;
#[cfg(unix)]
mod last_words;
mod live_log;
mod recording;
#[cfg(unix)]
mod redirect;
#[cfg(not(unix))]
#[path = "no_redirect.rs"]
mod redirect;
mod terminal;

pub(super) use live_log::LiveLog;
pub(super) use recording::Recording;
pub(super) use redirect::{Redirect, Redirected};
pub(super) use terminal::terminal;

/// What becomes of what tasks write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capture {
    /// It is kept with the outcome, wherever one task can be told from another.
    Everything,
    /// This process is somebody else's: only what its workers write is kept, and logs.
    Processes,
    /// It goes out as it comes.
    Nothing,
}
