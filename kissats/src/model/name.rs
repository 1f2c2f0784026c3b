//! Checked names: a name that exists is a name that can be printed, filtered and compared.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Why a piece of text is not a name.
///
/// ```
/// # use kissats::ResourceName;
/// let error = ResourceName::new(" psu").unwrap_err();
/// assert_eq!((error.kind(), error.text()), ("resource", " psu"));
/// assert_eq!(error.reason(), "starts or ends with white space");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {kind} name: it {reason}")]
pub struct NameError {
    kind: &'static str,
    text: String,
    reason: &'static str,
}

impl NameError {
    /// What it should have been the name of: `task`, `resource`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Which rule it breaks, as the end of a sentence that begins with "it".
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

/// Text that is cheap to clone; what stands in the program itself is not copied at all.
#[derive(Clone)]
enum Text {
    Static(&'static str),
    Shared(Arc<str>),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

fn check(kind: &'static str, text: &str) -> Result<Text, NameError> {
    let reason = if text.is_empty() {
        "is empty"
    } else if !is_plain(text) && text.chars().any(char::is_control) {
        "holds a control character"
    } else if text.trim() != text {
        "starts or ends with white space"
    } else if text.starts_with('[') {
        "starts with `[`, which marks groups in test names"
    } else {
        return Ok(Text::Shared(text.into()));
    };
    Err(NameError {
        kind,
        text: text.to_owned(),
        reason,
    })
}

/// Whether all of it is printable ASCII: nearly every name is, and this is told cheaply.
fn is_plain(text: &str) -> bool {
    let (bytes, mut at) = (text.as_bytes(), 0);
    // Bare on purpose: tests are built without optimisation, and every name passes here.
    while at < bytes.len() {
        if bytes[at] < b' ' || bytes[at] > b'~' {
            return false;
        }
        at += 1;
    }
    true
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// A name is not empty, holds no control character, does not start or end with white space
        /// and does not start with `[`. Cloning is cheap.
        ///
        /// ```
        #[doc = concat!("# use kissats::", stringify!($name), ";")]
        #[doc = concat!("let name = ", stringify!($name), "::new(\"a-1\")?;")]
        /// assert_eq!(name.as_str(), "a-1");
        /// # Ok::<(), kissats::NameError>(())
        /// ```
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text);

        impl $name {
            /// Checks `text` and makes it a name.
            ///
            /// ```
            #[doc = concat!("# use kissats::", stringify!($name), ";")]
            #[doc = concat!("let name = ", stringify!($name), "::new(\"a-1\")?;")]
            /// assert_eq!(name, "a-1");
            #[doc = concat!("assert!(", stringify!($name), "::new(\" a\").is_err(), \"it starts with white space\");")]
            /// # Ok::<(), kissats::NameError>(())
            /// ```
            ///
            /// # Errors
            /// [`NameError`] says which rule the text breaks.
            pub fn new(text: impl AsRef<str>) -> Result<Self, NameError> {
                check($kind, text.as_ref()).map(Self)
            }

            /// A name that the attribute has checked.
            #[allow(dead_code, reason = "not every kind of name stands in attributes")]
            pub(crate) fn declared(text: &'static str) -> Self {
                Self(Text::Static(text))
            }

            /// The same, put together.
            #[allow(dead_code, reason = "not every kind of name stands in attributes")]
            pub(crate) fn sound(text: String) -> Self {
                Self(Text::Shared(text.into()))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = NameError;

            fn try_from(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
    )*};
}

names! {
    /// The name of a task: its module path below the crate, `power::rail_voltage`, or the key `name`.
    TaskName, "task";
    /// The name of a task pack: the crate that declares its tasks.
    PackName, "pack";
    /// The name of a group of tasks, shown in brackets: `[smoke]`.
    GroupName, "group";
    /// The name of a resource, as tasks ask for it.
    ResourceName, "resource";
    /// The name of one instance behind a resource.
    InstanceName, "instance";
    /// The name of a device under test.
    DutName, "DUT";
    /// The name of an automated test system.
    AtsName, "ATS";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_printable_and_unambiguous() {
        for (text, reason) in [
            ("", "is empty"),
            ("a\nb", "control character"),
            (" psu", "white space"),
            ("[psu", "marks groups"),
        ] {
            let error = ResourceName::new(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
            assert!(error.contains("resource name"), "{error}");
        }
        assert_eq!(TaskName::new("power::on").unwrap(), "power::on");
    }
}
