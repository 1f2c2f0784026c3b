//! The other attributes of an item: its doc comment, its conditions, and those that do harm here.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use crate::errors::Errors;

/// The doc comment as one text, without the space that people write behind `///`.
pub(crate) fn doc_comment(attributes: &[Attribute]) -> String {
    let lines: Vec<_> = attributes.iter().filter_map(doc_line).collect();
    let lines: Vec<_> = lines
        .iter()
        .flat_map(|text| text.split('\n'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The conditions under which the item exists.
pub(crate) fn conditions(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
}

pub(crate) fn check(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes {
        if let Some(message) = misplaced(attribute) {
            errors.over(attribute, message);
        }
    }
}

/// Attributes of tests, which people write out of habit and which would do nothing or harm here.
fn misplaced(attribute: &Attribute) -> Option<&'static str> {
    let last = attribute.path().segments.last()?;
    if last.ident == "test" {
        Some("remove this attribute: kissats runs the function")
    } else if last.ident == "kiss_task" {
        Some("`#[kiss_task]` is written twice: put all keys into one")
    } else if attribute.path().is_ident("ignore") {
        Some(
            "a task is ignored with a key of its own: `#[kiss_task(ignore)]` or `#[kiss_task(ignore = \"reason\")]`",
        )
    } else if attribute.path().is_ident("should_panic") {
        Some("a task that panics has failed: catch the panic in the function and return a verdict")
    } else {
        None
    }
}

/// The item without further `#[kiss_task]` attributes, whose mistakes would only repeat.
pub(crate) fn without_second(item: TokenStream) -> TokenStream {
    let read = |input: ParseStream<'_>| {
        Ok((
            input.call(Attribute::parse_outer)?,
            input.parse::<TokenStream>()?,
        ))
    };
    match read.parse2(item.clone()) {
        Ok((attributes, rest)) => {
            let is_ours = |attribute: &Attribute| {
                attribute
                    .path()
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "kiss_task")
            };
            let mut kept = TokenStream::new();
            for attribute in attributes.iter().filter(|attribute| !is_ours(attribute)) {
                attribute.to_tokens(&mut kept);
            }
            kept.extend(rest);
            kept
        }
        Err(_) => item,
    }
}
