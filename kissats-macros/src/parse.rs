//! From the tokens of the attribute to keys and values; after a mistake it goes on at the next comma.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;

use crate::errors::Errors;
use crate::keys::{self, Key, Kind};
use crate::tokens::{Part, flat, is_punct, parts, stream};
use crate::value::{Text, Value};

/// A key as it was written.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: &'static Key,
    pub(crate) word: Ident,
    /// `None` after a mistake that has been told.
    pub(crate) value: Option<Value>,
}

pub(crate) fn parse(attribute: TokenStream, errors: &mut Errors) -> Vec<Entry> {
    let mut entries = Vec::new();
    for Part { tokens, comma } in parts(flat(attribute)) {
        match comma {
            Some(comma) if tokens.is_empty() => errors.at(comma.span(), "one comma too many"),
            _ => parse_part(&tokens, errors, &mut entries),
        }
    }
    entries
}

fn parse_part(tokens: &[TokenTree], errors: &mut Errors, entries: &mut Vec<Entry>) {
    let (first, rest) = split_where_a_comma_is_missing(tokens);
    if let Some((TokenTree::Ident(word), rest)) = first.split_first() {
        entries.extend(parse_entry(word, rest, errors));
    } else {
        no_key(first, errors);
    }
    if let Some(next) = rest.first() {
        errors.at(next.span(), format!("a comma is missing before `{next}`"));
        parse_part(rest, errors, entries);
    }
}

/// `thread_safe = true phase = "test"`: where `phase` stands, a new entry begins.
fn split_where_a_comma_is_missing(tokens: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let begins_entry = |position: &usize| {
        let TokenTree::Ident(word) = &tokens[*position] else {
            return false;
        };
        let before = &tokens[*position - 1];
        let in_value = is_punct(before, '=') || is_punct(before, ':') || is_punct(before, '-');
        let assigned = tokens
            .get(*position + 1)
            .is_some_and(|next| is_punct(next, '='));
        !in_value && (assigned || keys::find(&word.unraw().to_string()).is_some())
    };
    let position = (1..tokens.len()).find(begins_entry).unwrap_or(tokens.len());
    tokens.split_at(position)
}

fn no_key(tokens: &[TokenTree], errors: &mut Errors) {
    let Some(first) = tokens.first() else { return };
    let known = Text::read(first).and_then(|text| keys::find(&text.text));
    let message = match known {
        Some(key) => format!("a key is written without quotes: `{}`", key.usage()),
        None => "expected a key and its value, such as `groups = [\"smoke\"]`".to_owned(),
    };
    errors.at(first.span(), message);
}

fn parse_entry(word: &Ident, rest: &[TokenTree], errors: &mut Errors) -> Option<Entry> {
    let name = word.unraw().to_string();
    let Some(key) = keys::find(&name) else {
        errors.at(word.span(), keys::unknown(&with_hyphens(name, rest)));
        return None;
    };
    let value = match rest {
        [] if key.kind == Kind::Ignore => Some(Value::Ignore(Text::none(word.span()))),
        [] => {
            errors.at(
                word.span(),
                format!(
                    "`{name}` needs a value: write `{}`\n{name}: {}",
                    key.usage(),
                    key.help
                ),
            );
            None
        }
        [equals, value @ ..] if is_punct(equals, '=') => match value {
            [] => {
                errors.at(
                    equals.span(),
                    format!(
                        "a value is missing: write `{}`\n{name}: {}",
                        key.usage(),
                        key.help
                    ),
                );
                None
            }
            [second, ..] if is_punct(second, '=') || is_punct(second, '>') => {
                errors.over(
                    stream(&rest[..2]),
                    format!(
                        "one `=` stands between a key and its value: `{}`",
                        key.usage()
                    ),
                );
                None
            }
            value => Value::read(key, value, errors),
        },
        [colon, value @ ..] if is_punct(colon, ':') && !value.is_empty() => {
            errors.at(
                colon.span(),
                format!("`=` stands between a key and its value: `{}`", key.usage()),
            );
            Value::read(key, value, errors)
        }
        [group @ TokenTree::Group(_)] => {
            errors.over(
                group,
                format!("`=` stands between a key and its value: `{}`", key.usage()),
            );
            None
        }
        [other, ..] => {
            errors.at(
                other.span(),
                format!("expected `=` after `{name}`, as in `{}`", key.usage()),
            );
            None
        }
    };
    Some(Entry {
        key,
        word: word.clone(),
        value,
    })
}

/// `thread-safe` is three tokens.
fn with_hyphens(mut name: String, mut rest: &[TokenTree]) -> String {
    while let [hyphen, TokenTree::Ident(word), after @ ..] = rest
        && is_punct(hyphen, '-')
    {
        name = format!("{name}-{word}");
        rest = after;
    }
    name
}
