//! From the tokens of the attribute to keys and values; after a mistake it goes on at the next comma.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;

use crate::errors::Errors;
use crate::keys::{self, KEYS, Key, Kind};
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
    entries(KEYS, attribute, errors)
}

/// The keys of `table` and their values.
pub(crate) fn entries(
    table: &'static [Key],
    stream: TokenStream,
    errors: &mut Errors,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for Part { tokens, comma } in parts(flat(stream)) {
        match comma {
            Some(comma) if tokens.is_empty() => errors.at(comma.span(), "one comma too many"),
            _ => parse_part(table, &tokens, errors, &mut entries),
        }
    }
    entries
}

pub(crate) fn keys_written_twice(entries: &[Entry], errors: &mut Errors) {
    for (position, entry) in entries.iter().enumerate() {
        let word = entry.key.word;
        if entries[..position]
            .iter()
            .any(|earlier| earlier.key.word == word)
        {
            errors.at(entry.word.span(), format!("`{word}` is written twice"));
        }
    }
}

fn parse_part(
    table: &'static [Key],
    tokens: &[TokenTree],
    errors: &mut Errors,
    entries: &mut Vec<Entry>,
) {
    let (first, rest) = split_where_a_comma_is_missing(table, tokens);
    if let Some((TokenTree::Ident(word), rest)) = first.split_first() {
        entries.extend(parse_entry(table, word, rest, errors));
    } else {
        no_key(table, first, errors);
    }
    if let Some(next) = rest.first() {
        errors.at(next.span(), format!("a comma is missing before `{next}`"));
        parse_part(table, rest, errors, entries);
    }
}

/// `thread_safe = true phase = "test"`: where `phase` stands, a new entry begins.
fn split_where_a_comma_is_missing<'a>(
    table: &'static [Key],
    tokens: &'a [TokenTree],
) -> (&'a [TokenTree], &'a [TokenTree]) {
    let begins_entry = |position: &usize| {
        let TokenTree::Ident(word) = &tokens[*position] else {
            return false;
        };
        let before = &tokens[*position - 1];
        let in_value = is_punct(before, '=') || is_punct(before, ':') || is_punct(before, '-');
        let assigned = tokens
            .get(*position + 1)
            .is_some_and(|next| is_punct(next, '='));
        !in_value && (assigned || keys::find(table, &word.unraw().to_string()).is_some())
    };
    let position = (1..tokens.len()).find(begins_entry).unwrap_or(tokens.len());
    tokens.split_at(position)
}

fn no_key(table: &'static [Key], tokens: &[TokenTree], errors: &mut Errors) {
    let Some(first) = tokens.first() else { return };
    let known = Text::read(first).and_then(|text| keys::find(table, &text.text));
    let message = match known {
        Some(key) => format!("a key is written without quotes: `{}`", key.usage()),
        None if table.len() == KEYS.len() => {
            "expected a key and its value, such as `groups = [\"smoke\"]`".to_owned()
        }
        None => format!(
            "expected a key and its value, such as `{}`",
            table[0].usage()
        ),
    };
    errors.at(first.span(), message);
}

fn parse_entry(
    table: &'static [Key],
    word: &Ident,
    rest: &[TokenTree],
    errors: &mut Errors,
) -> Option<Entry> {
    let name = word.unraw().to_string();
    let Some(key) = keys::find(table, &name) else {
        errors.at(word.span(), keys::unknown(table, &with_hyphens(name, rest)));
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
