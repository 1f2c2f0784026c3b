//! How one task names another in code, checked by the compiler.

use std::borrow::Cow;

use crate::model::Prereq;

/// What the hidden type beside every task's function carries.
#[diagnostic::on_unimplemented(
    message = "this function is not a kissats task",
    label = "not a task",
    note = "annotate the function with `#[kiss_task]`, or name the task of another pack as a string"
)]
pub trait TaskIdentity {
    /// The module of the function, the crate first.
    const MODULE: &'static str;
    /// The function's own name.
    const FUNCTION: &'static str;
}

/// Names the task `T` as a prerequisite.
#[must_use]
pub const fn prereq<T: TaskIdentity>() -> Prereq {
    Prereq::Function {
        module: T::MODULE,
        function: T::FUNCTION,
    }
}

/// Names a task by its name: in the same pack, or `pack::name` in another.
#[must_use]
pub const fn named(name: &'static str) -> Prereq {
    Prereq::Named(Cow::Borrowed(name))
}

/// Holds what a path stands for in the type namespace when it names a plain function.
///
/// The expansion imports the type below, and in an inner block the user's path under the same name.
/// A task brings a type of its own, which hides this one; a plain function does not, and this one is
/// found, which has no identity.
pub mod fallback {
    /// Stands for a function that is no task.
    #[derive(Debug)]
    pub struct __KissatsTask;
}
