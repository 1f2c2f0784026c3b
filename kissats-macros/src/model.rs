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

/// A call of the method of `kissats::Declaration` that is named like the key.
pub(crate) struct Setting {
    pub(crate) method: &'static str,
    pub(crate) value: Value,
}
