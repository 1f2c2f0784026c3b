//! Where a value comes from.

use std::fmt;

use crate::config::Place;

/// Who said so. Sorted by rank: an earlier one beats a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// The file named by `--params`.
    ParamsFile(String),
    /// The configuration file.
    File(Place),
    /// The test target: `harness!().dut(…)`.
    TestTarget,
    /// Nobody.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag {flag}"),
            Self::Variable(variable) => write!(f, "variable {variable}"),
            Self::ParamsFile(path) => write!(f, "file {path}"),
            Self::File(place) => write!(f, "file {place}"),
            Self::TestTarget => f.write_str("the test target"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}
