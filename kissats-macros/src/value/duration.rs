//! Durations: a number of seconds, or text as people write it.

use std::time::Duration;

use proc_macro2::TokenTree;
use syn::Lit;

use super::number;
use crate::errors::Errors;
use crate::keys::{Key, Kind};
use crate::tokens::stream;

pub(super) fn expect(key: &Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<Duration> {
    match read(key, tokens) {
        Ok(duration) if duration.is_zero() && key.kind == Kind::Limit => {
            errors.over(
                stream(tokens),
                format!(
                    "`{}` must be longer than zero; leave the key out for no limit",
                    key.word
                ),
            );
            None
        }
        Ok(duration) => Some(duration),
        Err(message) => {
            errors.over(stream(tokens), message);
            None
        }
    }
}

fn read(key: &Key, tokens: &[TokenTree]) -> Result<Duration, String> {
    let word = key.word;
    let negative = || format!("`{word}` cannot be negative");
    match number::literal(tokens) {
        Some((true, Lit::Int(_) | Lit::Float(_))) => Err(negative()),
        Some((false, Lit::Int(int))) if int.suffix().is_empty() => match int.base10_parse() {
            Ok(seconds) => Ok(Duration::from_secs(seconds)),
            Err(_) => Err(format!("`{word}` is longer than a duration can be")),
        },
        Some((false, Lit::Float(float))) if float.suffix().is_empty() => {
            let seconds: f64 = float.base10_parse().map_err(|_| key.wrong_shape())?;
            Duration::try_from_secs_f64(seconds)
                .map_err(|_| format!("`{word}` is longer than a duration can be"))
        }
        Some((false, literal @ (Lit::Int(_) | Lit::Float(_)))) => {
            Err(unit_outside_quotes(key, &literal))
        }
        Some((false, Lit::Str(text))) => {
            let text = text.value();
            if text.starts_with('-') {
                return Err(negative());
            }
            humantime::parse_duration(&text).map_err(|_| {
                format!("\"{text}\" is not a duration; write a number and its unit, such as \"500ms\", \"90s\", \"5m\" or \"1h 30m\"")
            })
        }
        _ => Err(key.wrong_shape()),
    }
}

/// `5s` is a number with a suffix to the compiler.
fn unit_outside_quotes(key: &Key, literal: &Lit) -> String {
    let written = match literal {
        Lit::Int(int) => int.to_string(),
        Lit::Float(float) => float.to_string(),
        _ => return key.wrong_shape(),
    };
    match humantime::parse_duration(&written) {
        Ok(_) => format!(
            "a duration with a unit is written in quotes: `{} = \"{written}\"`",
            key.word
        ),
        Err(_) => key.wrong_shape(),
    }
}
