//! From the checked task to code: the item as it was written, its identity, one `const`.
//!
//! Paths out of the attribute and the names of functions keep the spans of the user, so that rustc's
//! errors about them point there; everything else is called by absolute paths and marked as generated.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

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
use crate::value::{FunctionPath, Phase, Prereq, Text, Value};

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
    let settings = settings.iter().map(setting);
    match item {
        Item::Function(function) => {
            let lens = lens::attribute();
            let name = function.name();
            let hidden_module = hidden_module(function);
            let arguments = arguments(name, name);
            let registration = registration(&quote!(
                __kissats::Declaration::new::<#name::__KissatsTask>(#arguments) #(#settings)*
            ));
            let block = block(name, function.conditions(), &registration);
            quote!(#lens #source #hidden_module #block)
        }
        Item::Module(module) => {
            let name = &module.name;
            let module_with_functions = module.with(&functions_of(module));
            // Paths out of the attribute mean what they mean where the attribute stands.
            let registration = registration(&quote!(
                __kissats::functions_of::<#name::__KissatsTask>() #(#settings)*
            ));
            let block = block(name, module.conditions(), &registration);
            quote!(#module_with_functions #block)
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
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #allow
        #visibility mod #name { pub struct __KissatsTask; }
    }
}

/// What a module holds that stands for a task.
pub(crate) fn marker() -> TokenStream {
    quote!(
        #[doc(hidden)]
        pub struct __KissatsTask;
    )
}

/// Says which task the marker in the module `name` stands for.
fn identity(name: &Ident) -> TokenStream {
    let text = name.unraw().to_string();
    quote! {
        impl __kissats::TaskIdentity for #name::__KissatsTask {
            const MODULE: &'static str = ::core::module_path!();
            const FUNCTION: &'static str = #text;
        }
    }
}

/// The block beside an item that holds everything without a name.
pub(crate) fn block<'a>(
    name: &Ident,
    conditions: impl Iterator<Item = &'a syn::Attribute>,
    more: &TokenStream,
) -> TokenStream {
    let private = private();
    let identity = identity(name);
    quote! {
        #(#conditions)*
        const _: () = {
            use #private as __kissats;
            #identity
            #more
        };
    }
}

fn registration(declaration: &TokenStream) -> TokenStream {
    quote! {
        static __TASK: __kissats::Declaration = #declaration;
        __kissats::submit! { __kissats::Registration(&__TASK) }
    }
}

/// The end of a module that is a task: its identity, and its functions, which may be private.
fn functions_of(module: &Module) -> TokenStream {
    let private = private();
    let marker = marker();
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
            others.extend(quote!(#(#conditions)* let __task = __task.#key(#value);));
        }
    }
    let arguments = main.map(|main| arguments(&module.name, main));
    quote! {
        #marker
        const _: () = {
            use #private as __kissats;
            impl __kissats::TaskModule for __KissatsTask {
                const FUNCTIONS: __kissats::Declaration = {
                    let __task = __kissats::Declaration::new::<__KissatsTask>(#arguments);
                    #others
                    __task
                };
            }
        };
    }
}

/// Where the item stands, not where the attribute begins, and its main function.
fn arguments(item: &Ident, main: &Ident) -> TokenStream {
    let line = quote_spanned!(item.span()=> ::core::line!());
    quote!(::core::file!(), #line, __kissats::body!(#main))
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
        Value::Object(object) => Literal::string(&object.to_json()).into_token_stream(),
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
    let identity = quote_spanned!(last=> &#alias::__KissatsTask);
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
