//! After a mistake: the messages, and everything that other code may count on.
//!
//! The item stays, so that editors go on working; its identity stays, so that the tasks that name it as
//! a prerequisite do not fail as well. It is not registered.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attributes;
use crate::errors::Errors;
use crate::expand;
use crate::item::Item;

pub(crate) fn expand(item: Option<&Item>, source: TokenStream, errors: &Errors) -> TokenStream {
    let messages = errors.to_compile_errors();
    let code = match item {
        Some(Item::Module(module)) => module.with(&expand::identity()),
        // A method has no place for a module beside it.
        Some(Item::Function(function)) if function.signature.receiver().is_none() => {
            let item = attributes::without_second(source);
            let hidden_module = expand::hidden_module(function);
            quote!(#item #hidden_module)
        }
        _ => attributes::without_second(source),
    };
    quote!(#code #messages)
}
