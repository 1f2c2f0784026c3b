//! A module that is a task: its functions have the names of their roles.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse as _, ParseStream, Parser as _};
use syn::{Attribute, Signature, Token, Visibility};

use crate::attributes::{self, conditions};
use crate::errors::Errors;
use crate::function::Function;
use crate::role::Role;
use crate::tokens::{flat, is_punct};

pub(crate) struct Module {
    attributes: Vec<Attribute>,
    /// Attributes, visibility, `mod` and the name, as they were written.
    head: TokenStream,
    pub(crate) name: Ident,
    body: Group,
    /// Every function of the module; what is deeper inside has no role.
    functions: Vec<Function>,
    /// Names of roles that a function has which cannot be read, or that were imported.
    out_of_reach: Vec<(Ident, Reason)>,
}

enum Reason {
    Unreadable(String),
    Imported,
}

impl Module {
    /// `None` after a mistake, which is then among the errors.
    pub(crate) fn read(item: &TokenStream, errors: &mut Errors) -> Option<Self> {
        let mut trees = flat(item.clone());
        let body = match trees.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            last => {
                trees.extend(last);
                let name = trees
                    .into_iter()
                    .filter(|tree| matches!(tree, TokenTree::Ident(_)))
                    .last();
                errors.over(
                    name.map_or_else(|| item.clone(), TokenStream::from),
                    "`#[kiss_task]` cannot see into the file of a module: write the module here, \
                     `mod name { ... }`, or put the attribute on the functions in that file",
                );
                return None;
            }
        };
        let head: TokenStream = trees.into_iter().collect();
        let read_head = |input: ParseStream<'_>| {
            let attributes = input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            input.parse::<Token![mod]>()?;
            Ok((attributes, input.call(Ident::parse_any)?))
        };
        let content = flat(body.stream()).into_iter().collect();
        match (read_head.parse2(head.clone()), read_body.parse2(content)) {
            (Ok((mut attributes, name)), Ok(content)) => {
                attributes.extend(content.attributes);
                Some(Self {
                    attributes,
                    head,
                    name,
                    body,
                    functions: content.functions,
                    out_of_reach: content.out_of_reach,
                })
            }
            (Err(error), _) | (_, Err(error)) => {
                errors.at(
                    error.span(),
                    format!("`#[kiss_task]` cannot read this module: {error}"),
                );
                None
            }
        }
    }

    /// The module as it was written, and `more` at its end.
    pub(crate) fn with(&self, more: &TokenStream) -> TokenStream {
        let mut content = self.body.stream();
        content.extend(more.clone());
        let mut body = Group::new(Delimiter::Brace, content);
        body.set_span(self.body.span());
        let mut module = attributes::without_second(self.head.clone());
        module.extend([TokenTree::Group(body)]);
        module
    }

    /// That of the module; if it has none, that of its main function.
    pub(crate) fn doc_comment(&self) -> String {
        let text = attributes::doc_comment(&self.attributes);
        match self.functions(Role::Main).next() {
            Some(main) if text.is_empty() => attributes::doc_comment(&main.attributes),
            _ => text,
        }
    }

    /// The conditions under which the module exists.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        conditions(&self.attributes)
    }

    /// Those of one role: several, if they exist under conditions.
    pub(crate) fn functions(&self, role: Role) -> impl Iterator<Item = &Function> {
        self.functions
            .iter()
            .filter(move |function| Role::of(&plain(function.name())) == Some(role))
    }

    /// `named_by_key` tells whether the key of a role was written.
    pub(crate) fn check(&self, named_by_key: impl Fn(Role) -> bool, errors: &mut Errors) {
        attributes::check(&self.attributes, errors);
        for role in Role::ALL {
            for function in self.functions(role) {
                function.check(role, errors);
            }
        }
        for (name, reason) in &self.out_of_reach {
            errors.at(name.span(), reason.message(name));
        }
        let missing: Vec<_> = Role::ALL
            .into_iter()
            .filter(|role| !self.knows(*role) && !named_by_key(*role))
            .collect();
        let mut main_is_missing = missing.contains(&Role::Main);
        for function in &self.functions {
            let name = plain(function.name());
            let meant = Role::meant_by(&name, &missing)
                .filter(|meant| function.arguments() <= meant.arguments());
            if let (Some(meant), None) = (meant, Role::of(&name)) {
                main_is_missing &= meant != Role::Main;
                let message = format!(
                    "kissats does not call `{name}`: {} `{}`",
                    meant.purpose(),
                    meant.function()
                );
                errors.at(function.name().span(), message);
            }
        }
        if main_is_missing {
            errors.at(
                self.name.span(),
                "`task_main` is missing: a module with `#[kiss_task]` is one task, and this function \
                 is what it does; for several tasks, put the attribute on the functions inside",
            );
        }
    }

    fn knows(&self, role: Role) -> bool {
        self.functions(role).next().is_some()
            || self
                .out_of_reach
                .iter()
                .any(|(name, _)| name == role.function())
    }
}

impl Reason {
    fn message(&self, name: &Ident) -> String {
        match self {
            Self::Unreadable(error) => {
                format!("`#[kiss_task]` cannot read this function: {error}")
            }
            Self::Imported => match Role::of(&plain(name)).and_then(Role::key) {
                Some(key) => format!(
                    "`{name}` is imported, which `#[kiss_task]` cannot see: write the function here, \
                     or name it with the key `{key}`"
                ),
                None => format!(
                    "`{name}` is imported, which `#[kiss_task]` cannot see: write the function here, \
                     or put the attribute on it where it is written"
                ),
            },
        }
    }
}

fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}

#[derive(Default)]
struct Content {
    attributes: Vec<Attribute>,
    functions: Vec<Function>,
    out_of_reach: Vec<(Ident, Reason)>,
}

/// Looks at functions and imports and skips the rest, bodies included: whatever rustc understands may
/// stand there.
fn read_body(input: ParseStream<'_>) -> syn::Result<Content> {
    let mut content = Content {
        attributes: input.call(Attribute::parse_inner)?,
        ..Content::default()
    };
    while !input.is_empty() {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let ahead = input.fork();
        match Signature::parse(&ahead) {
            Ok(_) if !ahead.is_empty() => {
                let function = Function::parse_one(input, attributes, visibility)?;
                content.functions.push(function);
            }
            Ok(_) => drop(skip_item(input)?),
            Err(error) => look_for_roles(&skip_item(input)?, &error, &mut content),
        }
    }
    Ok(content)
}

/// The trees up to the end of an item: a `;`, or a block where no `;` follows.
fn skip_item(input: ParseStream<'_>) -> syn::Result<Vec<TokenTree>> {
    let mut trees: Vec<TokenTree> = Vec::new();
    while !input.is_empty() {
        let tree: TokenTree = input.parse()?;
        let ends = match &tree {
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && !ends_with_semicolon(&trees)
            }
            tree => is_punct(tree, ';'),
        };
        trees.push(tree);
        if ends {
            break;
        }
    }
    Ok(trees)
}

/// Braces are no end in `use a::{b};` and `static A: B = C {};`.
fn ends_with_semicolon(item: &[TokenTree]) -> bool {
    let is = |tree: Option<&TokenTree>, words: &[&str]| matches!(tree, Some(TokenTree::Ident(word)) if words.iter().any(|known| word == known));
    is(item.first(), &["use", "static", "type"])
        || is(item.first(), &["const"])
            && !is(item.get(1), &["fn", "unsafe", "async", "extern", "trait"])
}

/// What is skipped may hold a function of the task all the same.
fn look_for_roles(item: &[TokenTree], error: &syn::Error, content: &mut Content) {
    let is_use = matches!(item.first(), Some(TokenTree::Ident(word)) if word == "use");
    if is_use {
        let imported = imported_names(item.iter().cloned().collect());
        let roles = imported
            .into_iter()
            .filter(|name| Role::of(&plain(name)).is_some())
            .map(|name| (name, Reason::Imported));
        content.out_of_reach.extend(roles);
        return;
    }
    let function = item.windows(2).find_map(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "fn" => Some(name),
        _ => None,
    });
    if let Some(name) = function.filter(|name| Role::of(&plain(name)).is_some()) {
        let reason = Reason::Unreadable(error.to_string());
        content.out_of_reach.push((name.clone(), reason));
    }
}

/// The names that an import brings: what stands before `,`, `;` or the end of a group.
fn imported_names(tokens: TokenStream) -> Vec<Ident> {
    let mut names = Vec::new();
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match (tree, trees.peek()) {
            (TokenTree::Group(group), _) => names.extend(imported_names(group.stream())),
            (TokenTree::Ident(name), None) => names.push(name),
            (TokenTree::Ident(name), Some(next)) if is_punct(next, ',') || is_punct(next, ';') => {
                names.push(name);
            }
            _ => {}
        }
    }
    names
}
