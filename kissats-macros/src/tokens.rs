//! Token trees in the form in which the attribute is read.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What stands between two commas.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) tokens: Vec<TokenTree>,
    /// The comma behind it.
    pub(crate) comma: Option<TokenTree>,
}

/// The token trees of `stream` without the invisible groups that `macro_rules!` puts around what it
/// was handed, so that the attribute can be written by a macro.
pub(crate) fn flat(stream: TokenStream) -> Vec<TokenTree> {
    let mut trees = Vec::new();
    for tree in stream {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                trees.extend(flat(group.stream()))
            }
            tree => trees.push(tree),
        }
    }
    trees
}

/// The parts between the commas; a trailing comma opens no further part.
pub(crate) fn parts(trees: Vec<TokenTree>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut part = Part::default();
    let mut generics = Generics::default();
    for tree in trees {
        generics.pass(&tree);
        if is_punct(&tree, ',') && !generics.open() {
            part.comma = Some(tree);
            parts.push(std::mem::take(&mut part));
        } else {
            part.tokens.push(tree);
        }
    }
    if !part.tokens.is_empty() {
        parts.push(part);
    }
    parts
}

/// Keeps `on::<A, B>` in one piece: it is one mistake, not two.
#[derive(Debug, Default)]
struct Generics {
    depth: usize,
    colons: usize,
}

impl Generics {
    fn pass(&mut self, tree: &TokenTree) {
        if is_punct(tree, '<') && (self.colons == 2 || self.open()) {
            self.depth += 1;
        } else if is_punct(tree, '>') {
            self.depth = self.depth.saturating_sub(1);
        }
        self.colons = if is_punct(tree, ':') {
            self.colons + 1
        } else {
            0
        };
    }

    fn open(&self) -> bool {
        self.depth > 0
    }
}

pub(crate) fn is_punct(tree: &TokenTree, char: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// `trees` as one stream, for a message that covers them all.
pub(crate) fn stream(trees: &[TokenTree]) -> TokenStream {
    trees.iter().cloned().collect()
}
