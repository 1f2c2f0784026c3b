//! Documents and what they must look like: every violation with its path, all at once.

mod error;
mod fields;
mod node;
mod path;

pub use error::{SchemaError, SchemaErrors, SchemaProblem};
pub(crate) use fields::Fields;
pub(crate) use node::{Node, read};
pub use path::{DocumentPath, PathSegment};

#[cfg(test)]
mod tests;
