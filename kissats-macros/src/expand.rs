//! From the checked task to code: the function as it was written, its hidden type, one `const`.
//!
//! Paths out of the attribute and the function's name keep the spans of the user, so that rustc's
//! errors about them point there; everything else is called by absolute paths and marked as generated.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use crate::errors::Errors;
use crate::fallback;
use crate::function::Function;
use crate::lens;
use crate::model::{Setting, Task};
use crate::parse;
use crate::validate;
use crate::value::{FunctionPath, Phase, Prereq, Text, Value};

pub(crate) fn kiss_task(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let entries = parse::parse(attribute, &mut errors);
    let function = Function::read(&item, &mut errors);
    validate::check(&entries, function.as_ref(), &mut errors);
    match function {
        Some(function) if errors.is_empty() => expand(&validate::task(entries, function, item)),
        function => fallback::expand(function.as_ref(), item, &errors),
    }
}

fn expand(task: &Task) -> TokenStream {
    let Task {
        function,
        settings,
        item,
    } = task;
    let lens = lens::attribute();
    let registration = registration(function, settings);
    let hidden_type = hidden_type(function, &registration);
    quote!(#lens #item #hidden_type)
}

/// The type that stands for the task where another one names it, and a block beside it for `more`.
pub(crate) fn hidden_type(function: &Function, more: &TokenStream) -> TokenStream {
    let name = function.name();
    let text = name.unraw().to_string();
    let visibility = &function.visibility;
    let private = private();
    let conditions: Vec<_> = function.conditions().collect();
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #visibility enum #name {}

        #(#conditions)*
        const _: () = {
            use #private as __kissats;
            impl __kissats::TaskIdentity for #name {
                const MODULE: &'static str = ::core::module_path!();
                const FUNCTION: &'static str = #text;
            }
            #more
        };
    }
}

fn registration(function: &Function, settings: &[Setting]) -> TokenStream {
    let name = function.name();
    let text = name.unraw().to_string();
    // Where the function stands, not where the attribute begins.
    let line = quote_spanned!(name.span()=> ::core::line!());
    let settings = settings.iter().map(setting);
    quote! {
        static __TASK: __kissats::Declaration = __kissats::Declaration::new(
            ::core::module_path!(), #text, ::core::file!(), #line, __kissats::body!(#name)
        ) #(#settings)*;
        __kissats::submit! { __kissats::Registration(&__TASK) }
    }
}

/// The module of kissats for generated code. It is named after the version: a macro crate that does
/// not belong to the library finds nothing.
fn private() -> TokenStream {
    let module = format_ident!(
        "__private{}_{}_{}",
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    );
    quote!(::kissats::#module)
}

fn setting(setting: &Setting) -> TokenStream {
    let method = Ident::new(setting.method, Span::call_site());
    let value = match &setting.value {
        Value::Text(text) | Value::Ignore(text) => plain(text),
        Value::Texts(texts) => {
            let texts = texts.iter().map(plain);
            quote!(&[#(#texts),*])
        }
        Value::Phase(phase) => {
            let phase = match phase {
                Phase::Setup => quote!(Setup),
                Phase::Test => quote!(Test),
                Phase::Teardown => quote!(Teardown),
            };
            quote!(__kissats::Phase::#phase)
        }
        Value::Flag(flag) => quote!(#flag),
        Value::Count(count) => quote!(#count),
        Value::Priority(priority) => quote!(#priority),
        Value::Duration(duration) => {
            let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
            quote!(__kissats::Duration::new(#seconds, #nanoseconds))
        }
        Value::Object(object) => quote!(|| __kissats::json!(#object)),
        // A block of its own: what may have to be dropped lives as long as the task only there.
        Value::Prereqs(prereqs) => {
            let prereqs = prereqs.iter().map(prereq);
            quote!(const { &[#(#prereqs),*] })
        }
        Value::Function(FunctionPath(path)) if setting.method == "params" => path.clone(),
        Value::Function(FunctionPath(path)) => quote!(__kissats::body!(#path)),
        Value::NotIgnored => return TokenStream::new(),
    };
    quote!(.#method(#value))
}

fn plain(text: &Text) -> TokenStream {
    Literal::string(&text.text).into_token_stream()
}

fn prereq(prereq: &Prereq) -> TokenStream {
    match prereq {
        Prereq::Function(FunctionPath(path)) => prereq_by_path(path),
        Prereq::Named(name) => {
            let name = plain(name);
            quote!(__kissats::named(#name))
        }
    }
}

/// Names the hidden type of a task by the path of its function.
///
/// A plain function has no such type. The name then means the outer import, a type without identity,
/// and its error says what to do. Where the path leads nowhere, the inner import has failed, and
/// rustc asks no further: one mistake, one message.
fn prereq_by_path(path: &TokenStream) -> TokenStream {
    let last = path
        .clone()
        .into_iter()
        .last()
        .as_ref()
        .map_or_else(Span::call_site, TokenTree::span);
    let alias = Ident::new("__KissatsTask", last);
    quote! {{
        #[allow(unused_imports)]
        use __kissats::fallback::__KissatsTask;
        {
            #[allow(unused_imports)]
            use #path as #alias;
            __kissats::prereq::<#alias>()
        }
    }}
}
