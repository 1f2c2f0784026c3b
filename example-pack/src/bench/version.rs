//! The version of a firmware: three numbers, written `2.3.1`.

use std::fmt;
use std::str::FromStr;

/// A version; later ones compare greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Changes when something no longer works as before.
    pub major: u8,
    /// Changes when something was added.
    pub minor: u8,
    /// Changes when something was put right.
    pub patch: u8,
}

impl Version {
    /// The version `major.minor.patch`.
    pub const fn new(major: u8, minor: u8, patch: u8) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The text is not three numbers below 256 with dots between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionError {
    text: String,
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a version such as 2.3.1, found {:?}", self.text)
    }
}

impl std::error::Error for VersionError {}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let numbers: Option<Vec<u8>> = text.split('.').map(|number| number.parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[major, minor, patch]) => Ok(Self::new(major, minor, patch)),
            _ => Err(VersionError {
                text: text.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        assert_eq!(Version::new(2, 3, 1).to_string(), "2.3.1");
        assert_eq!("2.3.1".parse(), Ok(Version::new(2, 3, 1)));
    }

    #[test]
    fn later_is_greater() {
        assert!(Version::new(2, 4, 0) > Version::new(2, 3, 200));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "2", "2.3", "2.3.1.0", "2.3.x", "2.3.256", " 2.3.1"] {
            assert!(text.parse::<Version>().is_err(), "{text:?}");
        }
    }
}
