//! Lists in square brackets.

use proc_macro2::{Delimiter, TokenTree};

use super::Text;
use crate::errors::Errors;
use crate::keys::{Key, Kind};
use crate::tokens::{Part, flat, is_punct, parts, stream};

/// Reads every element with `read`. `None` if one of them is wrong.
pub(super) fn expect<T>(
    key: &'static Key,
    tokens: &[TokenTree],
    errors: &mut Errors,
    mut read: impl FnMut(&'static Key, &[TokenTree], &mut Errors) -> Option<T>,
) -> Option<Vec<T>> {
    let group = match tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => group,
        _ => {
            errors.over(stream(tokens), no_list(key, tokens));
            return None;
        }
    };
    let mut elements = Some(Vec::new());
    for Part { tokens, comma } in parts(flat(group.stream())) {
        let element = match comma {
            Some(comma) if tokens.is_empty() => {
                errors.at(comma.span(), "one comma too many");
                None
            }
            _ => {
                let (element, rest) = split_where_a_comma_is_missing(&tokens);
                if let Some(next) = rest.first() {
                    errors.at(next.span(), format!("a comma is missing before `{next}`"));
                    None
                } else {
                    read(key, element, errors)
                }
            }
        };
        match (element, &mut elements) {
            (Some(element), Some(elements)) => elements.push(element),
            _ => elements = None,
        }
    }
    elements
}

/// Behind a literal, and between two words, there can only be a comma.
fn split_where_a_comma_is_missing(tokens: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let is_word = |tree: &TokenTree| matches!(tree, TokenTree::Ident(_) | TokenTree::Literal(_));
    let position = tokens
        .windows(2)
        .position(|pair| is_word(&pair[0]) && is_word(&pair[1]));
    tokens.split_at(position.map_or(tokens.len(), |position| position + 1))
}

fn no_list(key: &Key, tokens: &[TokenTree]) -> String {
    let word = key.word;
    match tokens {
        [TokenTree::Group(_)] => format!("a list stands in square brackets: `{}`", key.usage()),
        [only] if Text::read(only).is_some() => {
            format!("`{word}` takes a list, even of one element: `{word} = [{only}]`")
        }
        [TokenTree::Ident(_), ..]
            if key.kind == Kind::Prereqs && !tokens.iter().any(|tree| is_punct(tree, '<')) =>
        {
            let path: String = tokens.iter().map(ToString::to_string).collect();
            format!("`{word}` takes a list, even of one element: `{word} = [{path}]`")
        }
        _ => key.wrong_shape(),
    }
}
