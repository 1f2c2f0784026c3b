//! How one task names another in code, checked by the compiler.

use crate::model::DeclaredPrereq;

/// What stands for a task in its module: the hidden one beside a function, or the task's own.
#[derive(Debug, Clone, Copy)]
pub struct TaskIdentity<K = IsTask> {
    /// The path of that module, which is the path of the task.
    pub path: &'static str,
    /// Whether there is a task.
    pub kind: K,
}

/// There is a task.
#[derive(Debug, Clone, Copy)]
pub struct IsTask;

/// Tells what stands for a task from what does not.
#[diagnostic::on_unimplemented(
    message = "this function is not a kissats task",
    label = "not a task",
    note = "annotate the function with `#[kiss_task]`, or name the task of another pack as a string"
)]
pub trait KissTask: Copy {}
impl KissTask for IsTask {}

/// Names a task as a prerequisite.
#[must_use]
pub const fn prereq<K: KissTask>(task: TaskIdentity<K>) -> DeclaredPrereq {
    DeclaredPrereq::path(task.path)
}

/// What the path of a prerequisite stands for when it names no task.
///
/// The expansion imports this, and in an inner block the user's path under the name of the module
/// below. A task brings a module of its own, which hides that one; a plain function does not, and the
/// one below is found, whose identity is that of no task. Where the path names a type, `NotATask` leads
/// to the same end.
pub mod fallback {
    /// There is no task.
    #[derive(Debug, Clone, Copy)]
    pub struct NoTask;

    /// Stands where the module of a task should.
    pub mod not_a_kissats_task {
        /// Stands for a function that is no task.
        #[allow(non_upper_case_globals, reason = "named like the identity of a task")]
        pub const __KissatsTask: super::super::TaskIdentity<super::NoTask> =
            super::super::TaskIdentity {
                path: "",
                kind: super::NoTask,
            };
    }

    /// Lets every type have what the module of a task has.
    #[allow(non_upper_case_globals, reason = "named like the identity of a task")]
    pub trait NotATask {
        /// Stands for a type that is no task.
        const __KissatsTask: super::TaskIdentity<NoTask> = not_a_kissats_task::__KissatsTask;
    }
    impl<T: ?Sized> NotATask for T {}
}
