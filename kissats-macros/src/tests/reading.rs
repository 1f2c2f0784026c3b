//! An attribute and its item, as text.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::expand;
use crate::item::Item;
use crate::parse;
use crate::validate;

pub(super) fn tokens(source: &str) -> TokenStream {
    source
        .parse()
        .unwrap_or_else(|error| panic!("{source}: {error}"))
}

pub(super) fn mistakes_on(attribute: &str, item: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let entries = parse::parse(tokens(attribute), &mut errors);
    let item = Item::read(&tokens(item), &mut errors);
    validate::check(&entries, item.as_ref(), &mut errors);
    errors.messages()
}

pub(super) fn mistakes(attribute: &str) -> Vec<String> {
    mistakes_on(attribute, "fn rail() {}")
}

pub(super) fn expanded_on(attribute: &str, item: &str) -> String {
    expand::kiss_task(tokens(attribute), tokens(item)).to_string()
}

pub(super) fn expanded(attribute: &str) -> String {
    expanded_on(attribute, "fn rail() {}")
}
