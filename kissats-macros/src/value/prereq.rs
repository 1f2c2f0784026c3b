//! One prerequisite: a path, or the name of a task in another pack.

use proc_macro2::TokenTree;

use super::function::{FunctionPath, GENERICS, has_generics};
use super::text::{Rule, Text};
use crate::errors::Errors;
use crate::keys::Key;
use crate::tokens::stream;

#[derive(Debug)]
pub(crate) enum Prereq {
    Function(FunctionPath),
    Named(Text),
}

pub(super) fn read(key: &'static Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<Prereq> {
    if let [tree] = tokens
        && let Some(text) = Text::read(tree)
    {
        return text.checked(key, Rule::Name, errors).map(Prereq::Named);
    }
    let path = FunctionPath::read(tokens);
    if path.is_none() {
        let message = if has_generics(tokens) {
            GENERICS.to_owned()
        } else {
            key.wrong_shape()
        };
        errors.over(stream(tokens), message);
    }
    path.map(Prereq::Function)
}

impl Prereq {
    /// As it was written, for comparing and for messages.
    pub(crate) fn spelling(&self) -> String {
        match self {
            Self::Function(FunctionPath(path)) => {
                let path: String = path
                    .clone()
                    .into_iter()
                    .map(|tree| tree.to_string())
                    .collect();
                format!("`{}`", path.replace("r#", ""))
            }
            Self::Named(text) => format!("\"{}\"", text.text),
        }
    }

    pub(crate) fn tell(&self, errors: &mut Errors, message: &str) {
        match self {
            Self::Function(FunctionPath(path)) => errors.over(path, message),
            Self::Named(text) => errors.at(text.span, message),
        }
    }
}
