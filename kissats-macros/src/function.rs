//! One function, and which functions kissats can call.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, GenericParam, ReturnType, Safety, Signature, Visibility};

use crate::attributes::{self, conditions};
use crate::errors::Errors;
use crate::role::Role;
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
    /// `None` after a mistake, which is then among the errors.
    pub(crate) fn read(item: &TokenStream, errors: &mut Errors) -> Option<Self> {
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

    /// The function at the start of `input`, which is a part of a module.
    pub(crate) fn parse_one(
        input: ParseStream<'_>,
        attributes: Vec<Attribute>,
        visibility: Visibility,
    ) -> syn::Result<Self> {
        Ok(Self {
            attributes,
            visibility,
            signature: input.parse()?,
            body: input.parse::<TokenTree>()?.into(),
        })
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.signature.ident
    }

    /// The conditions under which the function exists.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        conditions(&self.attributes)
    }

    pub(crate) fn arguments(&self) -> usize {
        self.signature.inputs.len()
    }

    /// Whether it takes nothing, returns nothing and is nothing but a function. Another attribute may make
    /// something else of it.
    pub(crate) fn is_plain(&self) -> bool {
        let signature = &self.signature;
        let changes_nothing = |attribute: &Attribute| {
            let harmless = ["doc", "cfg", "allow", "expect", "inline"];
            harmless.iter().any(|word| attribute.path().is_ident(word))
        };
        signature.inputs.is_empty()
            && matches!(signature.output, ReturnType::Default)
            && signature.asyncness.is_none()
            && signature.generics.params.is_empty()
            && self.attributes.iter().all(changes_nothing)
    }

    /// A task is a plain function that takes nothing or the context, and so are its set-up and its
    /// teardown; what computes parameters takes these.
    pub(crate) fn check(&self, role: Role, errors: &mut Errors) {
        let what = role.subject();
        attributes::check(&self.attributes, errors);
        let signature = &self.signature;
        if let Some(word) = &signature.constness {
            errors.over(word, format!("{what} cannot be `const`: remove the word"));
        }
        if let Some(word) = &signature.asyncness
            && role == Role::Params
        {
            errors.over(
                word,
                format!("{what} cannot be `async`: it computes, and waits for nothing"),
            );
        }
        let ordinary = "kissats calls it as an ordinary function";
        if let Safety::Unsafe(word) = &signature.safety {
            errors.over(word, format!("{what} cannot be `unsafe`: {ordinary}"));
        }
        if let Some(abi) = &signature.abi {
            errors.over(abi, format!("{what} cannot be `extern`: {ordinary}"));
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
                    "{what} cannot be generic: nothing says what `{name}` is when kissats calls it"
                ),
            );
        }
        if let Some(variadic) = &signature.variadic {
            errors.over(variadic, takes(role));
        }
        if let Some(receiver) = signature.receiver() {
            errors.over(receiver, takes_self(role));
        }
        self.check_arguments(role, errors);
        if !matches!(
            self.body.clone().into_iter().last(),
            Some(TokenTree::Group(_))
        ) {
            errors.over(&signature.ident, format!("{what} needs a body"));
        }
    }

    fn check_arguments(&self, role: Role, errors: &mut Errors) {
        let arguments = self
            .signature
            .inputs
            .iter()
            .filter(|argument| matches!(argument, FnArg::Typed(_)));
        let surplus: Vec<_> = arguments.skip(role.arguments()).collect();
        if !surplus.is_empty() {
            errors.over(quote::quote!(#(#surplus),*), takes(role));
        } else if role == Role::Params
            && self.signature.receiver().is_none()
            && self.arguments() < role.arguments()
        {
            errors.over(&self.signature.ident, takes(role));
        }
    }
}

fn takes(role: Role) -> String {
    let what = role.subject();
    match role {
        Role::Params => {
            format!(
                "{what} takes what it adjusts and what it reads: `&mut TaskSpec, &GlobalParams`"
            )
        }
        _ => format!(
            "{what} takes nothing or `&TaskContext`; whatever else it needs, it finds in the context"
        ),
    }
}

fn takes_self(role: Role) -> String {
    let what = role.subject();
    match role {
        Role::Main => {
            format!("{what} cannot take `self`: move the function out of the `impl` or `trait`")
        }
        _ => format!("{what} cannot take `self`: a module has no value of its own"),
    }
}
