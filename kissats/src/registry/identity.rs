//! How one task names another in code, checked by the compiler.

use std::borrow::Cow;

use crate::model::Prereq;

/// What stands for a task in its module: the hidden one beside a function, or the task's own.
#[diagnostic::on_unimplemented(
    message = "this function is not a kissats task",
    label = "not a task",
    note = "annotate the function with `#[kiss_task]`, or name the task of another pack as a string"
)]
pub trait TaskIdentity {
    /// The module around the function or module, the crate first.
    const MODULE: &'static str;
    /// The name of the function or module.
    const FUNCTION: &'static str;
}

/// Names the task that `T` stands for as a prerequisite.
#[must_use]
pub const fn prereq<T: TaskIdentity>(_: &T) -> Prereq {
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

/// What the path of a prerequisite stands for when it names no task.
///
/// The expansion imports this, and in an inner block the user's path under the name of the module
/// below. A task brings a module of its own, which hides that one; a plain function does not, and the
/// one below is found, whose identity is that of no task. Where the path names a type, `NotATask` leads
/// to the same end.
pub mod fallback {
    /// Stands where the module of a task should.
    pub mod not_a_kissats_task {
        /// Stands for a function that is no task.
        #[derive(Debug)]
        pub struct __KissatsTask;
    }

    /// Lets every type have what the module of a task has.
    #[allow(non_upper_case_globals, reason = "named like the identity in a module")]
    pub trait NotATask {
        /// Stands for a type that is no task.
        const __KissatsTask: not_a_kissats_task::__KissatsTask = not_a_kissats_task::__KissatsTask;
    }
    impl<T: ?Sized> NotATask for T {}
}
