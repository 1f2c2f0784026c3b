//! A word of the command line that makes no sense.

use crate::harness::flag::{FLAGS, Flag};
use crate::model::nearest;

/// What is wrong with the first such word.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArgsError {
    #[error("unexpected argument '{word}'{}", remedy(.nearest))]
    Unknown {
        word: String,
        nearest: Option<String>,
    },
    #[error("a value is required for '{flag}', and there is none")]
    Missing { flag: String },
    #[error("invalid value '{value}' for '{flag}': expected {expected}")]
    Value {
        flag: String,
        value: String,
        expected: String,
    },
    #[error(transparent)]
    Word(#[from] lexopt::Error),
}

impl ArgsError {
    pub(super) fn unknown(word: String) -> Self {
        let known = FLAGS.iter().flat_map(|(_, flags)| *flags);
        let nearest = nearest(&word, known.flat_map(Flag::words));
        Self::Unknown { word, nearest }
    }

    pub(super) fn value(flag: &Flag, value: String, expected: impl Into<String>) -> Self {
        Self::Value {
            flag: flag.to_string(),
            value,
            expected: expected.into(),
        }
    }
}

fn remedy(nearest: &Option<String>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean '{nearest}'?"),
        None => "; a filter that begins like a flag goes behind `--`".to_owned(),
    }
}
