//! Types that are one of a few words, and text that is none of them.

use crate::model::nearest;

/// Text that is none of the words that were expected.
///
/// ```
/// # use kissats::RunMode;
/// let error = "thred".parse::<RunMode>().unwrap_err();
/// assert_eq!(error.word(), "thred");
/// assert_eq!(error.expected(), ["normal", "thread", "process"]);
/// assert_eq!(error.nearest().as_deref(), Some("thread"));
/// assert_eq!(
///     error.to_string(),
///     "expected one of `normal`, `thread`, `process`, got `thred`; did you mean `thread`?",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}, got `{word}`{}", quoted(.expected), self.did_you_mean())]
pub struct UnknownWord {
    word: String,
    expected: &'static [&'static str],
}

impl UnknownWord {
    pub(crate) fn new(word: &str, expected: &'static [&'static str]) -> Self {
        Self {
            word: word.to_owned(),
            expected,
        }
    }

    /// The text.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    /// What would be right.
    #[must_use]
    pub fn expected(&self) -> &'static [&'static str] {
        self.expected
    }

    /// What was probably meant.
    #[must_use]
    pub fn nearest(&self) -> Option<String> {
        nearest(&self.word.to_lowercase(), self.expected)
    }

    fn did_you_mean(&self) -> String {
        self.nearest()
            .map(|word| format!("; did you mean `{word}`?"))
            .unwrap_or_default()
    }
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// The word of every variant, and the way back.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// All of them.
            ///
            /// ```
            #[doc = concat!("# use kissats::", stringify!($name), ";")]
            #[doc = concat!("let words: Vec<&str> = ", stringify!($name), "::ALL.iter().map(|one| one.as_str()).collect();")]
            #[doc = concat!("assert_eq!(words, [", $("\"", $word, "\", ",)+ "]);")]
            /// ```
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it, wherever it is written.
            ///
            /// ```
            #[doc = concat!("# use kissats::", stringify!($name), ";")]
            #[doc = concat!("let one = ", stringify!($name), "::ALL[0];")]
            #[doc = concat!("assert_eq!(one.as_str().parse::<", stringify!($name), ">(), Ok(one));")]
            /// ```
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::model::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    other => Err(crate::model::UnknownWord::new(other, &[$($word),+])),
                }
            }
        }
    };
}

pub(crate) use words;
