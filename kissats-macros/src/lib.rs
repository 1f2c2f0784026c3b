//! The attribute `#[kiss_task]` of kissats, which re-exports it. Depend on kissats, not on this crate.
//!
//! From tokens to code: `parse` reads the keys and `value` what stands behind them, `item` reads what
//! the attribute stands on, which is a `function` or a `module`, `validate` checks all of it together and makes the `model`, `expand`
//! writes the code. After a mistake `fallback` writes it instead.

use proc_macro::TokenStream;

mod attributes;
mod errors;
mod expand;
mod fallback;
mod function;
mod item;
mod keys;
mod lens;
mod model;
mod module;
mod parse;
mod role;
mod tokens;
mod validate;
mod value;

#[cfg(test)]
mod tests;

#[doc = include_str!("kiss_task.md")]
#[proc_macro_attribute]
pub fn kiss_task(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::kiss_task(attribute.into(), item.into()).into()
}
