//! What the expansion of `#[kiss_task]` may name. Not for people; it changes with every release.

#![allow(missing_docs, reason = "named by generated code only")]

pub use std::time::Duration;

pub use inventory;

pub use crate::__body as body;
pub use crate::__submit as submit;
pub use crate::model::{GlobalParams, Phase, Prereq, TaskContext, TaskReturn, TaskSpec};
pub use crate::registry::{
    Body, Declaration, LinkedTask, Registration, Returned, TaskIdentity, TaskModule, call,
    fallback, functions_of, named, prereq,
};

/// The traits that `body!` brings into scope, whichever of them a return value needs.
pub mod returns {
    pub use crate::registry::{ReturnsBoxedError, ReturnsPlain, ReturnsSendBoxedError};
}
