//! Values as in JSON, read here so that a mistake is told at its token.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Lit;

use super::{Text, number};
use crate::errors::Errors;
use crate::keys::Key;
use crate::tokens::{Part, flat, is_punct, parts, stream};

#[derive(Debug)]
pub(crate) enum Json {
    Null,
    Flag(bool),
    Whole(i64),
    /// Beyond the range of `i64`.
    Large(u64),
    Number(f64),
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
        "null" => Some(Json::Null),
        "true" => Some(Json::Flag(true)),
        "false" => Some(Json::Flag(false)),
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
    match literal {
        Lit::Str(text) if !negative && text.suffix().is_empty() => Ok(Json::Text(text.value())),
        Lit::Int(int) if int.suffix().is_empty() => {
            let value: i128 = int.base10_parse().map_err(|_| "the number is too large")?;
            let value = if negative { -value } else { value };
            i64::try_from(value)
                .map(Json::Whole)
                .or_else(|_| u64::try_from(value).map(Json::Large))
                .map_err(|_| "the number is too large")
        }
        Lit::Float(float) if float.suffix().is_empty() => match float.base10_parse::<f64>() {
            Ok(value) if value.is_finite() => {
                Ok(Json::Number(if negative { -value } else { value }))
            }
            _ => Err("the number is too large"),
        },
        Lit::Int(_) | Lit::Float(_) => Err("a number is written without a suffix here"),
        _ => Err(EXPECTED),
    }
}

impl quote::ToTokens for Object {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let names = self.0.iter().map(|(name, _)| &name.text);
        let values = self.0.iter().map(|(_, value)| value);
        tokens.extend(quote::quote!({ #(#names: #values),* }));
    }
}

impl quote::ToTokens for Json {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Null => tokens.extend(quote::quote!(null)),
            Self::Flag(value) => value.to_tokens(tokens),
            Self::Whole(value) => value.to_tokens(tokens),
            Self::Large(value) => value.to_tokens(tokens),
            Self::Number(value) => value.to_tokens(tokens),
            Self::Text(value) => value.to_tokens(tokens),
            Self::Array(values) => tokens.extend(quote::quote!([#(#values),*])),
            Self::Object(value) => value.to_tokens(tokens),
        }
    }
}
