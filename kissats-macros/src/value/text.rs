//! Text in quotes, and which text is a name.

use proc_macro2::{Delimiter, Span, TokenTree};

use super::list;
use crate::errors::Errors;
use crate::keys::{Key, Kind};
use crate::tokens::{flat, stream};

#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// Which text is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Any,
    Name,
    Group,
}

impl Rule {
    /// The same rules as those of `kissats::TaskName` and its siblings, told while compiling.
    fn broken_by(self, text: &str) -> Option<&'static str> {
        if self == Self::Any {
            None
        } else if text.is_empty() {
            Some("cannot be empty")
        } else if text.chars().any(char::is_control) {
            Some("cannot hold control characters, such as line breaks")
        } else if text.trim() != text {
            Some("cannot start or end with white space")
        } else if text.starts_with('[') {
            Some("cannot start with `[`, which marks groups in test names")
        } else if self == Self::Group && text.contains(']') {
            Some("cannot hold `]`, which ends a group in test names")
        } else {
            None
        }
    }
}

impl Text {
    pub(crate) fn none(span: Span) -> Self {
        Self {
            text: String::new(),
            span,
        }
    }

    /// The text of a string literal.
    pub(crate) fn read(tree: &TokenTree) -> Option<Self> {
        let TokenTree::Literal(literal) = tree else {
            return None;
        };
        match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) if text.suffix().is_empty() => Some(Self {
                text: text.value(),
                span: text.span(),
            }),
            _ => None,
        }
    }

    pub(super) fn expect(
        key: &Key,
        rule: Rule,
        tokens: &[TokenTree],
        errors: &mut Errors,
    ) -> Option<Self> {
        if let [tree] = tokens
            && let Some(text) = Self::read(tree)
        {
            return text.checked(key, rule, errors);
        }
        let message = match (only_element(tokens), tokens) {
            (None, [TokenTree::Ident(word)]) => {
                format!(
                    "`{}` takes a text in quotes: `{} = \"{word}\"`",
                    key.word, key.word
                )
            }
            (Some(only), _) => format!(
                "`{}` takes one text, without brackets: `{} = {only}`",
                key.word, key.word
            ),
            (None, _) => key.wrong_shape(),
        };
        errors.over(stream(tokens), message);
        None
    }

    pub(super) fn expect_list(
        key: &'static Key,
        rule: Rule,
        tokens: &[TokenTree],
        errors: &mut Errors,
    ) -> Option<Vec<Self>> {
        list::expect(key, tokens, errors, |key, tokens, errors| match tokens {
            [tree] => match Self::read(tree) {
                Some(text) => text.checked(key, rule, errors),
                None => {
                    errors.at(tree.span(), not_in_quotes(key, tree));
                    None
                }
            },
            _ => {
                errors.over(stream(tokens), key.wrong_shape());
                None
            }
        })
    }

    pub(super) fn checked(self, key: &Key, rule: Rule, errors: &mut Errors) -> Option<Self> {
        match rule.broken_by(&self.text) {
            None => Some(self),
            Some(reason) => {
                let what = match key.kind {
                    Kind::Name => "the name of a task".to_owned(),
                    Kind::Group | Kind::Groups => "the name of a group".to_owned(),
                    _ => format!("a name in `{}`", key.word),
                };
                errors.at(self.span, format!("{what} {reason}"));
                None
            }
        }
    }
}

fn not_in_quotes(key: &Key, tree: &TokenTree) -> String {
    match tree {
        TokenTree::Ident(word) => format!("`{}` takes names in quotes: \"{word}\"", key.word),
        _ => key.wrong_shape(),
    }
}

/// `"smoke"`, if the tokens are `["smoke"]`.
fn only_element(tokens: &[TokenTree]) -> Option<TokenTree> {
    let [TokenTree::Group(group)] = tokens else {
        return None;
    };
    let mut inner = flat(group.stream());
    match (group.delimiter(), inner.pop(), inner.is_empty()) {
        (Delimiter::Bracket, Some(only), true) if Text::read(&only).is_some() => Some(only),
        _ => None,
    }
}
