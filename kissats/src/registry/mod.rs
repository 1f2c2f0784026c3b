//! Layer 3: from what the linker collected to tasks.

mod body;
mod collect;
mod declaration;
mod error;
mod find;
mod identity;

pub use body::{Body, Returned, ReturnsBoxedError, ReturnsPlain, ReturnsSendBoxedError, call};
pub(crate) use collect::{Linked, collect};
pub use declaration::{Declaration, LinkedTask, Registration, TaskModule, functions_of};
pub(crate) use error::RegistryError;
pub(crate) use find::find;
pub use identity::{TaskIdentity, fallback, named, prereq};

#[cfg(test)]
mod tests;
