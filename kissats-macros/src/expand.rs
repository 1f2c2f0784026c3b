//! From the checked task to code: the item as it was written, its identity, one `const`.
//!
//! Paths out of the attribute and the names of functions keep the spans of the user, so that rustc's
//! errors about them point there; everything else is called by absolute paths and marked as generated.

use std::time::Duration;

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use crate::errors::Errors;
use crate::fallback;
use crate::function::Function;
use crate::item::Item;
use crate::lens;
use crate::model::{Setting, Task};
use crate::module::Module;
use crate::parse;
use crate::role::Role;
use crate::validate;
use crate::value::{FunctionPath, Phase, Prereq, Retries, Text, Value};

pub(crate) fn kiss_task(attribute: TokenStream, source: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let entries = parse::parse(attribute, &mut errors);
    let item = Item::read(&source, &mut errors);
    validate::check(&entries, item.as_ref(), &mut errors);
    match item {
        Some(item) if errors.is_empty() => expand(&validate::task(entries, item, source)),
        item => fallback::expand(item.as_ref(), source, &errors),
    }
}

fn expand(task: &Task) -> TokenStream {
    let Task {
        item,
        settings,
        source,
    } = task;
    match item {
        Item::Function(function) => {
            let lens = lens::attribute();
            let hidden_module = hidden_module(function);
            let registration = registration(
                function.name(),
                function.conditions(),
                &main_of(function),
                settings,
            );
            quote!(#lens #source #hidden_module #registration)
        }
        Item::Module(module) => {
            let name = &module.name;
            let module_with_functions = module.with(&functions_of(module));
            // Paths out of the attribute mean what they mean where the attribute stands.
            let main = quote!(__kissats::TaskMain::Module(&#name::__KissatsFunctions));
            let registration = registration(name, module.conditions(), &main, settings);
            quote!(#module_with_functions #registration)
        }
    }
}

/// The module that stands for the function where another task names it.
///
/// Without imports: a thousand of them cost rustc what a thousand types would.
pub(crate) fn hidden_module(function: &Function) -> TokenStream {
    let name = function.name();
    let visibility = &function.visibility;
    let conditions = function.conditions();
    // What rustc has to say about the name it says about the function.
    let shouts = name.to_string().contains(char::is_uppercase);
    let allow = shouts.then(|| quote!(#[allow(non_snake_case)]));
    let identity = identity();
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #allow
        #visibility mod #name { #identity }
    }
}

/// What a module holds that stands for a task: the path of both.
pub(crate) fn identity() -> TokenStream {
    let private = private();
    quote! {
        #[doc(hidden)]
        pub const __KissatsTask: #private::TaskIdentity =
            #private::TaskIdentity { path: ::core::module_path!(), kind: #private::IsTask };
    }
}

/// The block beside an item that hands the task to the linker.
fn registration<'a>(
    name: &Ident,
    conditions: impl Iterator<Item = &'a syn::Attribute>,
    main: &TokenStream,
    settings: &[Setting],
) -> TokenStream {
    let private = private();
    let keys = settings.iter().filter_map(setting);
    let keys = quote!(&[#(#keys),*]);
    let written_name = settings.iter().find_map(|setting| match &setting.value {
        Value::Text(text) if setting.key == "name" => Some(plain(text)),
        _ => None,
    });
    // Where the item stands, not where the attribute begins.
    let line = quote_spanned!(name.span()=> ::core::line!());
    let declared_name = match written_name {
        Some(written) => {
            quote!(__kissats::DeclaredName::written(#name::__KissatsTask.path, #written))
        }
        None => quote!(__kissats::DeclaredName::of_path(#name::__KissatsTask.path)),
    };
    quote! {
        #(#conditions)*
        const _: () = {
            use #private as __kissats;
            __kissats::submit! {
                __kissats::Declaration {
                    path: #name::__KissatsTask.path,
                    name: #declared_name,
                    file: ::core::file!(),
                    line: #line,
                    main: #main,
                    keys: #keys,
                    pack_version: ::core::option_env!("CARGO_PKG_VERSION"),
                }
            }
        };
    }
}

/// A function of the plainest shape is called as it is. For the others code is generated, because what
/// stands in the signature may be an alias of anything.
fn main_of(function: &Function) -> TokenStream {
    let name = function.name();
    if function.is_plain() {
        quote!(__kissats::TaskMain::Plain(#name))
    } else {
        quote!(__kissats::TaskMain::Body(__kissats::body!(#name)))
    }
}

/// The end of a module that is a task: its identity, and its functions, which may be private.
fn functions_of(module: &Module) -> TokenStream {
    let private = private();
    let identity = identity();
    let mut main = None;
    let mut others = TokenStream::new();
    for role in Role::ALL {
        for function in module.functions(role) {
            let name = function.name();
            let value = match role {
                Role::Main => {
                    main = Some(name);
                    continue;
                }
                Role::Params => name.to_token_stream(),
                Role::Setup | Role::Teardown => quote!(__kissats::body!(#name)),
            };
            let key = role.key().map(|key| Ident::new(key, Span::call_site()));
            let conditions = function.conditions();
            others.extend(quote!(#(#conditions)* let __functions = __functions.#key(#value);));
        }
    }
    quote! {
        #identity
        #[doc(hidden)]
        pub const __KissatsFunctions: #private::ModuleFunctions = {
            use #private as __kissats;
            let __functions = __kissats::ModuleFunctions::new(__kissats::body!(#main));
            #others
            __functions
        };
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

fn setting(setting: &Setting) -> Option<TokenStream> {
    let key = Ident::new(&variant(setting.key), Span::call_site());
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
            quote!(#seconds, #nanoseconds)
        }
        Value::Object(object) => Literal::string(&object.to_json()).into_token_stream(),
        // A block of its own: calls in it are no reason to work out the whole task anew.
        Value::Prereqs(prereqs) => {
            let prereqs = prereqs.iter().map(prereq);
            quote!(const { &[#(#prereqs),*] })
        }
        Value::Function(FunctionPath(path)) if setting.key == "params" => path.clone(),
        Value::Function(FunctionPath(path)) => quote!(__kissats::body!(#path)),
        Value::Retries(retries) => {
            let retries = declared_retries(retries);
            return Some(quote!(__kissats::Key::RetriesWith(const { &#retries })));
        }
        // Only among the settings of another key.
        Value::NotIgnored | Value::Word(_) => return None,
    };
    Some(quote!(__kissats::Key::#key(#value)))
}

fn declared_retries(retries: &Retries) -> TokenStream {
    let span = |duration: Duration| {
        let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
        quote!(::core::time::Duration::new(#seconds, #nanoseconds))
    };
    let (count, delay) = (retries.count, span(retries.delay));
    let backoff = if retries.is_exponential {
        quote!(Exponential)
    } else {
        quote!(Fixed)
    };
    let max_delay = match retries.max_delay {
        Some(most) => {
            let most = span(most);
            quote!(Some(#most))
        }
        None => quote!(None),
    };
    let on = if retries.on_other_instance {
        quote!(OtherInstance)
    } else {
        quote!(AnyInstance)
    };
    quote! {
        __kissats::Retries::declared(
            #count, #delay, __kissats::Backoff::#backoff, ::core::option::Option::#max_delay,
            __kissats::RetryOn::#on,
        )
    }
}

/// `est_task_time` is `EstTaskTime` among the keys of the library.
fn variant(key: &str) -> String {
    let words = key.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

fn plain(text: &Text) -> TokenStream {
    Literal::string(&text.text).into_token_stream()
}

fn prereq(prereq: &Prereq) -> TokenStream {
    match prereq {
        Prereq::Function(FunctionPath(path)) => prereq_by_path(path),
        Prereq::Named(name) => {
            let name = plain(name);
            quote!(__kissats::DeclaredPrereq::Named(#name))
        }
    }
}

/// Names the identity of a task by the path of its function or module.
///
/// A plain function has no module beside it, and a type has no identity in it: both then mean what the
/// outer imports bring, an identity without a task, and its error says what to do. Where the path leads
/// nowhere, the inner import has failed, and rustc asks no further: one mistake, one message. For a
/// plain module it tells the names of the two: `__KissatsTask` is not in `not_a_kissats_task`.
fn prereq_by_path(path: &TokenStream) -> TokenStream {
    let last = path
        .clone()
        .into_iter()
        .last()
        .as_ref()
        .map_or_else(Span::call_site, TokenTree::span);
    let alias = Ident::new("not_a_kissats_task", last);
    let identity = quote_spanned!(last=> #alias::__KissatsTask);
    quote! {{
        #[allow(unused_imports)]
        use __kissats::fallback::{NotATask as _, not_a_kissats_task};
        {
            #[allow(unused_imports)]
            use #path as #alias;
            __kissats::prereq(#identity)
        }
    }}
}
