//! What the expansion of `#[kiss_task]` may name. Not for people; it changes with every release.

#![allow(missing_docs, reason = "named by generated code only")]

pub use inventory::{self, submit};

pub use crate::__body as body;
pub use crate::model::{
    Backoff, Declaration, DeclaredName, DeclaredPrereq, Key, ModuleFunctions, ParamsFn, Phase,
    Retries, RetryOn, TaskContext, TaskMain, TaskReturn, Words,
};
pub use crate::registry::{Body, IsTask, KissTask, Returned, TaskIdentity, call, fallback, prereq};

/// The traits that `body!` brings into scope, whichever of them a return value needs.
pub mod returns {
    pub use crate::registry::{ReturnsBoxedError, ReturnsPlain, ReturnsSendBoxedError};
}
