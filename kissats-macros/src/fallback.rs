//! After a mistake: the messages, and everything that other code may count on.
//!
//! The function stays, so that editors go on working; its hidden type stays, so that the tasks that
//! name it as a prerequisite do not fail as well. It is not registered.

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::expand;
use crate::function::{Function, without_second_attribute};

pub(crate) fn expand(
    function: Option<&Function>,
    item: TokenStream,
    errors: &Errors,
) -> TokenStream {
    let messages = errors.to_compile_errors();
    let item = without_second_attribute(item);
    // A method has no place for a type beside it.
    let function = function.filter(|function| function.signature.receiver().is_none());
    let hidden_type = function.map(|function| expand::hidden_type(function, &TokenStream::new()));
    quote!(#item #hidden_type #messages)
}
