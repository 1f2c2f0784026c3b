//! Values as in JSON, read here so that a mistake is told at its token.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Group, TokenTree};
use syn::Lit;

use super::{Text, number};
use crate::errors::Errors;
use crate::keys::Key;
use crate::tokens::{Part, flat, is_punct, parts, stream};

#[derive(Debug)]
pub(crate) enum Json {
    /// `null`, `true` or `false`.
    Word(&'static str),
    /// As it was written, which is as in JSON.
    Number(String),
    Text(String),
    Array(Vec<Json>),
    Object(Object),
}

/// The keys in the order in which they were written.
#[derive(Debug, Default)]
pub(crate) struct Object(pub(crate) Vec<(Text, Json)>);

pub(super) fn expect(key: &Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<Object> {
    match tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => object(group, errors),
        _ => {
            errors.over(stream(tokens), key.wrong_shape());
            None
        }
    }
}

fn object(group: &Group, errors: &mut Errors) -> Option<Object> {
    let mut members = Some(Object::default());
    for Part { tokens, comma } in parts(flat(group.stream())) {
        let member = match comma {
            Some(comma) if tokens.is_empty() => {
                errors.at(comma.span(), "one comma too many");
                None
            }
            _ => member(&tokens, errors),
        };
        match (member, &mut members) {
            (Some((name, _)), Some(members))
                if members.0.iter().any(|(known, _)| known.text == name.text) =>
            {
                errors.at(name.span, format!("\"{}\" is written twice", name.text));
            }
            (Some(member), Some(members)) => members.0.push(member),
            _ => members = None,
        }
    }
    members
}

fn member(tokens: &[TokenTree], errors: &mut Errors) -> Option<(Text, Json)> {
    let (name, rest) = tokens.split_first()?;
    let Some(text) = Text::read(name) else {
        let message = match name {
            TokenTree::Ident(word) => format!("a name is written in quotes here: \"{word}\""),
            _ => "expected a name in quotes and its value, such as \"limit\": 1.5".to_owned(),
        };
        errors.at(name.span(), message);
        return None;
    };
    match rest {
        [colon, value @ ..] if is_punct(colon, ':') && !value.is_empty() => {
            let missing = match value {
                [_, next @ TokenTree::Literal(_), ..] if !is_punct(&value[0], '-') => Some(next),
                [minus, _, next @ TokenTree::Literal(_), ..] if is_punct(minus, '-') => Some(next),
                _ => None,
            };
            if let Some(next) = missing {
                errors.at(next.span(), format!("a comma is missing before `{next}`"));
                return None;
            }
            json(value, errors).map(|value| (text, value))
        }
        [colon] if is_punct(colon, ':') => {
            errors.at(colon.span(), format!("the value of {name} is missing"));
            None
        }
        [other, ..] => {
            errors.at(
                other.span(),
                format!("`:` stands between a name and its value: {name}: 1"),
            );
            None
        }
        [] => {
            errors.at(
                text.span,
                format!("the value of {name} is missing: {name}: 1"),
            );
            None
        }
    }
}

fn array(group: &Group, errors: &mut Errors) -> Option<Vec<Json>> {
    let mut elements = Some(Vec::new());
    for Part { tokens, comma } in parts(flat(group.stream())) {
        let element = match comma {
            Some(comma) if tokens.is_empty() => {
                errors.at(comma.span(), "one comma too many");
                None
            }
            _ => json(&tokens, errors),
        };
        match (element, &mut elements) {
            (Some(element), Some(elements)) => elements.push(element),
            _ => elements = None,
        }
    }
    elements
}

fn json(tokens: &[TokenTree], errors: &mut Errors) -> Option<Json> {
    let read = match tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
            return object(group, errors).map(Json::Object);
        }
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            return array(group, errors).map(Json::Array);
        }
        [TokenTree::Ident(word)] => return json_word(&word.to_string(), tokens, errors),
        _ => number::literal(tokens).map_or(Err(EXPECTED), |(negative, literal)| {
            json_literal(negative, &literal)
        }),
    };
    read.inspect_err(|message| errors.over(stream(tokens), *message))
        .ok()
}

const EXPECTED: &str = "expected a value as in JSON: a text in quotes, a number, `true`, `false`, `null`, [ ... ] or { ... }";

fn json_word(word: &str, tokens: &[TokenTree], errors: &mut Errors) -> Option<Json> {
    match word {
        "null" => Some(Json::Word("null")),
        "true" => Some(Json::Word("true")),
        "false" => Some(Json::Word("false")),
        "None" => {
            errors.over(stream(tokens), "`None` is written `null` here, as in JSON");
            None
        }
        "True" | "False" => {
            errors.over(
                stream(tokens),
                format!(
                    "`{word}` is written `{}` here, as in JSON",
                    word.to_lowercase()
                ),
            );
            None
        }
        _ => {
            errors.over(stream(tokens), EXPECTED);
            None
        }
    }
}

fn json_literal(negative: bool, literal: &Lit) -> Result<Json, &'static str> {
    let (digits, suffix, in_range) = match literal {
        Lit::Str(text) if !negative && text.suffix().is_empty() => {
            return Ok(Json::Text(text.value()));
        }
        Lit::Int(int) => (int.to_string(), int.suffix(), {
            let least = i128::from(i64::MIN);
            let most = i128::from(u64::MAX);
            int.base10_parse::<i128>().is_ok_and(|value| {
                let value = if negative { -value } else { value };
                (least..=most).contains(&value)
            })
        }),
        Lit::Float(float) => (
            float.to_string(),
            float.suffix(),
            float.base10_parse::<f64>().is_ok_and(f64::is_finite),
        ),
        _ => return Err(EXPECTED),
    };
    if !suffix.is_empty() {
        Err("a number is written without a suffix here")
    } else if !in_range {
        Err("the number is too large")
    } else if !is_json_number(&digits) {
        Err(
            "a number is written as in JSON here: decimal, without underscores, and with digits on both sides of the point",
        )
    } else {
        let minus = if negative { "-" } else { "" };
        Ok(Json::Number(format!("{minus}{digits}")))
    }
}

/// `0`, `12`, `1.50`, `1e-3`: no `0x1f`, no `007`, no `1_000` and no `1.`.
fn is_json_number(digits: &str) -> bool {
    fn is_digits(text: &str) -> bool {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent
            .is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

impl Object {
    /// The text from which the library makes the object when tasks are collected.
    pub(crate) fn to_json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        text.push('{');
        for (position, (name, value)) in self.0.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            write_text(&name.text, text);
            text.push(':');
            value.write(text);
        }
        text.push('}');
    }
}

impl Json {
    fn write(&self, text: &mut String) {
        match self {
            Self::Word(word) => text.push_str(word),
            Self::Number(number) => text.push_str(number),
            Self::Text(value) => write_text(value, text),
            Self::Array(values) => {
                text.push('[');
                for (position, value) in values.iter().enumerate() {
                    if position > 0 {
                        text.push(',');
                    }
                    value.write(text);
                }
                text.push(']');
            }
            Self::Object(object) => object.write(text),
        }
    }
}

fn write_text(value: &str, text: &mut String) {
    text.push('"');
    for char in value.chars() {
        match char {
            '"' | '\\' => text.extend(['\\', char]),
            // JSON allows all others as they are.
            '\0'..='\x1f' => {
                let _ = write!(text, "\\u{:04x}", u32::from(char));
            }
            _ => text.push(char),
        }
    }
    text.push('"');
}
