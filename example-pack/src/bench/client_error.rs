//! The client error: what can go wrong between a test and an instrument.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;
use std::{fmt, io};

/// Why a client could not do what it was asked.
///
/// Every message says what was expected; what happened underneath follows with [`Error::source`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// Nobody answers at the address.
    Connect {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something could not be sent.
    Send {
        /// What was to be sent.
        what: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something could not be received.
    Receive {
        /// What was expected.
        expected: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The other side closed the connection too early.
    Closed {
        /// What was expected.
        expected: String,
    },
    /// The other side took too long.
    TimedOut {
        /// What was expected.
        expected: String,
        /// How long it was waited for.
        waited: Duration,
        /// What came instead.
        heard: String,
    },
    /// The other side sent a line without end.
    TooLong {
        /// What was expected.
        expected: String,
    },
    /// The other side answered something else.
    Unexpected {
        /// What was asked.
        query: String,
        /// What was expected.
        expected: &'static str,
        /// What came instead.
        answer: String,
        /// Why the answer could not be read, if more is known.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect { address, .. } => write!(f, "expected somebody to listen on {address}"),
            Self::Send { what, .. } => write!(f, "expected to be able to send {what}"),
            Self::Receive { expected, .. } => write!(f, "expected {expected}, but reading failed"),
            Self::Closed { expected } => {
                write!(f, "expected {expected}, but the connection was closed")
            }
            Self::TimedOut {
                expected,
                waited,
                heard,
            } if heard.is_empty() => {
                write!(f, "expected {expected} within {waited:?}, but nothing came")
            }
            Self::TimedOut {
                expected,
                waited,
                heard,
            } => {
                write!(
                    f,
                    "expected {expected} within {waited:?}, but only {heard:?} came"
                )
            }
            Self::TooLong { expected } => {
                write!(f, "expected {expected}, but a line without end came")
            }
            Self::Unexpected {
                query,
                expected,
                answer,
                ..
            } => {
                write!(
                    f,
                    "expected {expected} as the answer to {query:?}, but {answer:?} came"
                )
            }
        }
    }
}

impl Error for ClientError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connect { source, .. }
            | Self::Send { source, .. }
            | Self::Receive { source, .. } => Some(source),
            Self::Unexpected {
                source: Some(source),
                ..
            } => Some(source.as_ref()),
            Self::Unexpected { source: None, .. }
            | Self::Closed { .. }
            | Self::TimedOut { .. }
            | Self::TooLong { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_kept() {
        let error = ClientError::Receive {
            expected: "a prompt".to_owned(),
            source: io::Error::other("cable torn"),
        };
        assert_eq!(error.to_string(), "expected a prompt, but reading failed");
        assert_eq!(
            error.source().map(ToString::to_string),
            Some("cable torn".to_owned())
        );
    }

    #[test]
    fn a_time_out_says_what_came() {
        let timed_out = |heard: &str| {
            let waited = Duration::from_millis(20);
            ClientError::TimedOut {
                expected: "a prompt".to_owned(),
                waited,
                heard: heard.to_owned(),
            }
            .to_string()
        };
        assert_eq!(
            timed_out(""),
            "expected a prompt within 20ms, but nothing came"
        );
        assert_eq!(
            timed_out("ready\n"),
            "expected a prompt within 20ms, but only \"ready\\n\" came"
        );
    }

    #[test]
    fn it_crosses_threads() {
        fn assert_crosses<T: Send + Sync + 'static>() {}
        assert_crosses::<ClientError>();
    }
}
