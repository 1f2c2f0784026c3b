//! What the attribute stands on.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Visibility};

use crate::attributes;
use crate::errors::Errors;
use crate::function::Function;
use crate::module::Module;
use crate::role::Role;
use crate::tokens::flat;

pub(crate) enum Item {
    Function(Box<Function>),
    Module(Module),
}

impl Item {
    /// `None` if `item` is neither, or cannot be read; the mistake is then among the errors.
    pub(crate) fn read(item: &TokenStream, errors: &mut Errors) -> Option<Self> {
        match not_a_function(item) {
            None => Function::read(item, errors)
                .map(Box::new)
                .map(Self::Function),
            Some(TokenTree::Ident(word)) if word == "mod" => {
                Module::read(item, errors).map(Self::Module)
            }
            Some(other) => {
                errors.over(
                    other,
                    "`#[kiss_task]` belongs on a function, or on a module that holds one named \
                     `task_main`",
                );
                None
            }
        }
    }

    pub(crate) fn name(&self) -> &Ident {
        match self {
            Self::Function(function) => function.name(),
            Self::Module(module) => &module.name,
        }
    }

    pub(crate) fn doc_comment(&self) -> String {
        match self {
            Self::Function(function) => attributes::doc_comment(&function.attributes),
            Self::Module(module) => module.doc_comment(),
        }
    }

    /// Whether a function for `role` comes with the item, so that no key may name another.
    pub(crate) fn brings(&self, role: Role) -> bool {
        match self {
            Self::Function(_) => false,
            Self::Module(module) => module.functions(role).next().is_some(),
        }
    }

    pub(crate) fn check(&self, named_by_key: impl Fn(Role) -> bool, errors: &mut Errors) {
        match self {
            Self::Function(function) => function.check(Role::Main, errors),
            Self::Module(module) => module.check(named_by_key, errors),
        }
    }
}

/// The word that tells that `item` is something else, such as `struct`.
fn not_a_function(item: &TokenStream) -> Option<TokenTree> {
    let read = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<TokenStream>()
    };
    let tokens = read
        .parse2(flat(item.clone()).into_iter().collect())
        .unwrap_or_default();
    let mut first = None;
    for tree in tokens {
        match &tree {
            TokenTree::Ident(word) if word == "fn" => return None,
            TokenTree::Ident(word)
                if ["const", "async", "unsafe", "safe", "extern"]
                    .iter()
                    .any(|known| word == known) => {}
            TokenTree::Literal(_) => {}
            _ => return Some(first.unwrap_or(tree)),
        }
        first.get_or_insert(tree);
    }
    first
}
