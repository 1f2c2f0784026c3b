//! The SCPI error: a number and a message, as an instrument queues it and `SYST:ERR?` reports it.

use std::borrow::Cow;
use std::fmt;

/// One entry of an instrument's error queue, shown as `-113,"Undefined header"`.
///
/// Negative numbers are given by the SCPI standard, positive ones by the maker of the instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScpiError {
    number: i16,
    message: Cow<'static, str>,
}

impl ScpiError {
    /// What an empty queue reports.
    pub const NO_ERROR: Self = Self::named(0, "No error");
    /// The parameter is not of the kind the command takes.
    pub const DATA_TYPE: Self = Self::named(-104, "Data type error");
    /// The command takes fewer parameters.
    pub const PARAMETER_NOT_ALLOWED: Self = Self::named(-108, "Parameter not allowed");
    /// The command needs a parameter.
    pub const MISSING_PARAMETER: Self = Self::named(-109, "Missing parameter");
    /// There is no such command.
    pub const UNDEFINED_HEADER: Self = Self::named(-113, "Undefined header");
    /// The command is sound but does not fit the state the instrument is in.
    pub const SETTINGS_CONFLICT: Self = Self::named(-221, "Settings conflict");
    /// The number is outside what the instrument can do.
    pub const OUT_OF_RANGE: Self = Self::named(-222, "Data out of range");
    /// Errors were lost because nobody read the queue.
    pub const QUEUE_OVERFLOW: Self = Self::named(-350, "Queue overflow");
    /// A line was longer than the instrument can hold.
    pub const INPUT_OVERRUN: Self = Self::named(-363, "Input buffer overrun");
    /// The over-current protection has switched the output off.
    pub const OVER_CURRENT: Self = Self::named(301, "Over-current protection tripped");

    const fn named(number: i16, message: &'static str) -> Self {
        Self {
            number,
            message: Cow::Borrowed(message),
        }
    }

    /// The number; 0 means that there is no error.
    pub fn number(&self) -> i16 {
        self.number
    }

    /// The message, without quotes.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Reads the answer to `SYST:ERR?`; `None` if it does not look like one.
    pub fn from_report(report: &str) -> Option<Self> {
        let (number, quoted) = report.trim().split_once(',')?;
        let message = quoted.trim().strip_prefix('"')?.strip_suffix('"')?;
        Some(Self {
            number: number.trim().parse().ok()?,
            message: Cow::Owned(message.to_owned()),
        })
    }
}

impl fmt::Display for ScpiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},\"{}\"", self.number, self.message)
    }
}

impl std::error::Error for ScpiError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_back() {
        for error in [
            ScpiError::NO_ERROR,
            ScpiError::UNDEFINED_HEADER,
            ScpiError::OVER_CURRENT,
        ] {
            assert_eq!(ScpiError::from_report(&error.to_string()), Some(error));
        }
    }

    #[test]
    fn anything_else_is_no_report() {
        for text in [
            "",
            "0",
            "0,",
            "0,No error",
            "x,\"No error\"",
            "99999,\"Too big\"",
            "1,\"",
        ] {
            assert_eq!(ScpiError::from_report(text), None, "{text:?}");
        }
    }
}
