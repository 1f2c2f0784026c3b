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
/// A glob import gives way to a named one: `task!` imports this glob and then the user's path under
/// the name `__KissatsTask`. A task brings a type of its own; a plain function does not, and the
/// type below is found, which has no identity.
pub mod fallback {
    /// Stands for a function that is no task.
    #[derive(Debug)]
    pub struct __KissatsTask;
}

/// Names a task by the path of its function: `task!(power::on)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __task {
    ($($path:tt)*) => {{
        #[allow(unused_imports)]
        use $crate::__private0_1_0::fallback::*;
        #[allow(unused_imports)]
        use $($path)* as __KissatsTask;
        $crate::__private0_1_0::prereq::<__KissatsTask>()
    }};
}
