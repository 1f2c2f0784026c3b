//! What the attribute stands on.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{
    Attribute, Expr, ExprLit, FnArg, GenericParam, Lit, Meta, Safety, Signature, Visibility,
};

use crate::errors::Errors;
use crate::tokens::flat;

/// A function up to its body, which is nobody's business here and is not even parsed.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl Function {
    /// `None` if `item` is no function, which is then among the errors.
    pub(crate) fn read(item: &TokenStream, errors: &mut Errors) -> Option<Self> {
        if let Some(other) = not_a_function(item) {
            let message = match &other {
                TokenTree::Ident(word) if word == "mod" => {
                    "`#[kiss_task]` belongs on a function: put it on the functions inside the module"
                }
                _ => "`#[kiss_task]` belongs on a function",
            };
            errors.over(other, message);
            return None;
        }
        let flat_item = flat(item.clone()).into_iter().collect();
        match syn::parse2::<Self>(flat_item) {
            Ok(function) => Some(function),
            Err(error) => {
                errors.at(
                    error.span(),
                    format!("`#[kiss_task]` cannot read this function: {error}"),
                );
                None
            }
        }
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.signature.ident
    }

    /// The doc comment as one text, without the space that people write behind `///`.
    pub(crate) fn doc_comment(&self) -> String {
        let lines: Vec<_> = self.attributes.iter().filter_map(doc_line).collect();
        let lines: Vec<_> = lines
            .iter()
            .flat_map(|text| text.split('\n'))
            .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
            .collect();
        lines.join("\n").trim().to_owned()
    }

    /// The conditions under which the function exists.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
    }

    /// A task is a plain function that takes nothing or the context.
    pub(crate) fn check(&self, errors: &mut Errors) {
        for attribute in &self.attributes {
            if let Some(message) = misplaced(attribute) {
                errors.over(attribute, message);
            }
        }
        let signature = &self.signature;
        if let Some(word) = &signature.constness {
            errors.over(word, "a task cannot be `const`: remove the word");
        }
        if let Safety::Unsafe(word) = &signature.safety {
            errors.over(
                word,
                "a task cannot be `unsafe`: kissats calls it as an ordinary function",
            );
        }
        if let Some(abi) = &signature.abi {
            errors.over(
                abi,
                "a task cannot be `extern`: kissats calls it as an ordinary function",
            );
        }
        for parameter in &signature.generics.params {
            let name = match parameter {
                GenericParam::Lifetime(_) => continue,
                GenericParam::Type(parameter) => &parameter.ident,
                GenericParam::Const(parameter) => &parameter.ident,
            };
            errors.over(
                parameter,
                format!(
                    "a task cannot be generic: nothing says what `{name}` is when kissats calls it"
                ),
            );
        }
        if let Some(variadic) = &signature.variadic {
            errors.over(variadic, TAKES);
        }
        if let Some(receiver) = signature.receiver() {
            errors.over(
                receiver,
                "a task cannot take `self`: move the function out of the `impl` or `trait`",
            );
        }
        let arguments = signature
            .inputs
            .iter()
            .filter(|argument| matches!(argument, FnArg::Typed(_)));
        let surplus: Vec<_> = arguments.skip(1).collect();
        if !surplus.is_empty() {
            errors.over(quote::quote!(#(#surplus),*), TAKES);
        }
        if !matches!(
            self.body.clone().into_iter().last(),
            Some(TokenTree::Group(_))
        ) {
            errors.over(&signature.ident, "a task needs a body");
        }
    }
}

const TAKES: &str =
    "a task takes nothing or `&TaskContext`; whatever else it needs, it finds in the context";

/// The word that tells that `item` is something else, such as `struct`.
fn not_a_function(item: &TokenStream) -> Option<TokenTree> {
    let read = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<TokenStream>()
    };
    let tokens = read
        .parse2(flat(item.clone()).into_iter().collect())
        .unwrap_or_default();
    let mut first = None;
    for tree in tokens {
        match &tree {
            TokenTree::Ident(word) if word == "fn" => return None,
            TokenTree::Ident(word)
                if ["const", "async", "unsafe", "safe", "extern"]
                    .iter()
                    .any(|known| word == known) => {}
            TokenTree::Literal(_) => {}
            _ => return Some(first.unwrap_or(tree)),
        }
        first.get_or_insert(tree);
    }
    first
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Attributes of tests, which people write out of habit and which would do nothing or harm here.
fn misplaced(attribute: &Attribute) -> Option<&'static str> {
    let last = attribute.path().segments.last()?;
    if last.ident == "test" {
        Some("remove this attribute: kissats runs the function")
    } else if last.ident == "kiss_task" {
        Some("`#[kiss_task]` is written twice: put all keys into one")
    } else if attribute.path().is_ident("ignore") {
        Some(
            "a task is ignored with a key of its own: `#[kiss_task(ignore)]` or `#[kiss_task(ignore = \"reason\")]`",
        )
    } else if attribute.path().is_ident("should_panic") {
        Some("a task that panics has failed: catch the panic in the function and return a verdict")
    } else {
        None
    }
}

/// The item without further `#[kiss_task]` attributes, whose mistakes would only repeat.
pub(crate) fn without_second_attribute(item: TokenStream) -> TokenStream {
    let read = |input: ParseStream<'_>| {
        Ok((
            input.call(Attribute::parse_outer)?,
            input.parse::<TokenStream>()?,
        ))
    };
    match read.parse2(item.clone()) {
        Ok((attributes, rest)) => {
            let is_ours = |attribute: &Attribute| {
                attribute
                    .path()
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "kiss_task")
            };
            let mut kept = TokenStream::new();
            for attribute in attributes.iter().filter(|attribute| !is_ours(attribute)) {
                attribute.to_tokens(&mut kept);
            }
            kept.extend(rest);
            kept
        }
        Err(_) => item,
    }
}
