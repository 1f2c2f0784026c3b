//! A task without mistakes.

use proc_macro2::TokenStream;

use crate::function::Function;
use crate::value::Value;

pub(crate) struct Task {
    pub(crate) function: Function,
    /// What was written, in that order; what was not is up to the runtime.
    pub(crate) settings: Vec<Setting>,
    /// The function as it was written.
    pub(crate) item: TokenStream,
}

/// A call of the method of `kissats::Declaration` that is named like the key.
pub(crate) struct Setting {
    pub(crate) method: &'static str,
    pub(crate) value: Value,
}
