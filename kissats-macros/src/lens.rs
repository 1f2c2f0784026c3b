//! The "Run" button of editors.
//!
//! rust-analyzer offers to run a function if it is marked with the standard `test` attribute after
//! expansion. The compiler must never see that mark: it would take the function away.
//! `#[cfg_attr(rust_analyzer, …)]` would do, but the compilers before that `cfg` became well known
//! (rust-lang/rust#160878) warn about it in the user's crate whatever the span, and an
//! `#[allow(unexpected_cfgs)]` beside it comes too late for them. So the mark is written only in the
//! process in which rust-analyzer runs macros; elsewhere there is no trace of it.

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn attribute() -> TokenStream {
    if in_rust_analyzer() {
        quote!(#[::core::prelude::v1::test])
    } else {
        TokenStream::new()
    }
}

/// By the program's own name; the environment variables of rust-analyzer leak into builds.
fn in_rust_analyzer() -> bool {
    std::env::current_exe()
        .ok()
        .and_then(|program| {
            program
                .file_stem()
                .map(|name| name.to_string_lossy().starts_with("rust-analyzer"))
        })
        .unwrap_or(false)
}
