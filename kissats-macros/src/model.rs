//! A task without mistakes.

use proc_macro2::TokenStream;

use crate::item::Item;
use crate::value::Value;

pub(crate) struct Task {
    pub(crate) item: Item,
    /// What was written, in that order; what was not is up to the runtime.
    pub(crate) settings: Vec<Setting>,
    /// The item as it was written.
    pub(crate) source: TokenStream,
}

/// What was written for a key.
pub(crate) struct Setting {
    pub(crate) key: &'static str,
    pub(crate) value: Value,
}
