//! Paths of functions.

use proc_macro2::{TokenStream, TokenTree};

use super::Text;
use crate::errors::Errors;
use crate::keys::Key;
use crate::tokens::{is_punct, stream};

/// A path without generic arguments, as it was written: a mistake in it is rustc's to tell.
#[derive(Debug, Clone)]
pub(crate) struct FunctionPath(pub(crate) TokenStream);

impl FunctionPath {
    pub(super) fn expect(key: &Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<Self> {
        let path = Self::read(tokens);
        if path.is_none() {
            let message = match tokens {
                [tree] if Text::read(tree).is_some() => {
                    format!(
                        "`{}` takes the path of a function, without quotes: `{}`",
                        key.word,
                        key.usage()
                    )
                }
                [TokenTree::Ident(_), .., TokenTree::Group(_)] => {
                    format!(
                        "`{}` takes the path of a function, which is not called here: `{}`",
                        key.word,
                        key.usage()
                    )
                }
                _ if has_generics(tokens) => GENERICS.to_owned(),
                _ => key.wrong_shape(),
            };
            errors.over(stream(tokens), message);
        }
        path
    }

    pub(super) fn read(tokens: &[TokenTree]) -> Option<Self> {
        let mut rest = tokens.strip_prefix_colons().unwrap_or(tokens);
        loop {
            match rest.split_first() {
                Some((TokenTree::Ident(_), [])) => return Some(Self(stream(tokens))),
                Some((TokenTree::Ident(_), after)) => rest = after.strip_prefix_colons()?,
                _ => return None,
            }
        }
    }
}

pub(super) const GENERICS: &str = "only a path without generic arguments can be named here";

pub(super) fn has_generics(tokens: &[TokenTree]) -> bool {
    matches!(tokens.first(), Some(TokenTree::Ident(_)))
        && tokens.iter().any(|tree| is_punct(tree, '<'))
}

trait StripPrefixColons {
    fn strip_prefix_colons(&self) -> Option<&Self>;
}

impl StripPrefixColons for [TokenTree] {
    fn strip_prefix_colons(&self) -> Option<&Self> {
        match self {
            [first, second, rest @ ..] if is_punct(first, ':') && is_punct(second, ':') => {
                Some(rest)
            }
            _ => None,
        }
    }
}
