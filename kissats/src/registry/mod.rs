//! Layer 3: from what the linker collected to tasks.

mod body;
mod collect;
mod error;
mod find;
mod identity;
mod linked_packs;
mod loader;
mod name_index;
mod needed;
mod order;
mod wanted_names;

pub use body::{Body, Returned, ReturnsBoxedError, ReturnsPlain, ReturnsSendBoxedError, call};
pub(crate) use collect::Linked;
pub(crate) use error::RegistryError;
pub(crate) use find::find;
pub use identity::{IsTask, KissTask, TaskIdentity, fallback, prereq};
pub(crate) use needed::NeededTasks;

#[cfg(test)]
mod tests;
