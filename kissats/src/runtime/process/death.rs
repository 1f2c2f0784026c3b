//! How a worker process ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use signal_hook::low_level::signal_name;

/// The end of a worker that was not asked to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    /// Something killed it.
    Signal { number: i32, core_dumped: bool },
    /// It left.
    Exit(i32),
}

impl From<ExitStatus> for Death {
    fn from(status: ExitStatus) -> Self {
        match status.signal() {
            Some(number) => Self::Signal {
                number,
                core_dumped: status.core_dumped(),
            },
            None => Self::Exit(status.code().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "the task ended its process with exit code {code}"),
            Self::Signal {
                number,
                core_dumped,
            } => {
                write!(f, "the process of the task died of ")?;
                match signal_name(*number) {
                    Some(name) => write!(f, "{name} (signal {number})")?,
                    None => write!(f, "signal {number}")?,
                }
                if *core_dumped {
                    f.write_str("; a core was dumped")?;
                }
                Ok(())
            }
        }
    }
}
