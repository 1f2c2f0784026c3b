//! Whole numbers within a range.

use std::fmt::Display;

use proc_macro2::TokenTree;
use syn::Lit;

use crate::errors::Errors;
use crate::keys::Key;
use crate::tokens::{is_punct, stream};

pub(super) fn whole<T>(
    key: &Key,
    least: T,
    most: T,
    tokens: &[TokenTree],
    errors: &mut Errors,
) -> Option<T>
where
    T: TryFrom<i64> + PartialOrd + Display,
{
    let Some(number) = literal(tokens).and_then(|(negative, literal)| match literal {
        Lit::Int(int) if int.suffix().is_empty() => Some((negative, int)),
        _ => None,
    }) else {
        errors.over(stream(tokens), key.wrong_shape());
        return None;
    };
    let (negative, int) = number;
    let value = int
        .base10_parse::<i64>()
        .ok()
        .map(|value| if negative { -value } else { value });
    match value.and_then(|value| T::try_from(value).ok()) {
        Some(value) if (&least..=&most).contains(&&value) => Some(value),
        _ => {
            let message = format!("`{}` must be from {least} to {most}", key.word);
            errors.over(stream(tokens), message);
            None
        }
    }
}

/// A literal, and whether a minus stands before it.
pub(super) fn literal(tokens: &[TokenTree]) -> Option<(bool, Lit)> {
    let (negative, literal) = match tokens {
        [TokenTree::Literal(literal)] => (false, literal),
        [minus, TokenTree::Literal(literal)] if is_punct(minus, '-') => (true, literal),
        _ => return None,
    };
    Some((negative, Lit::new(literal.clone())))
}
