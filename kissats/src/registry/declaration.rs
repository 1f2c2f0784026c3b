//! What `#[kiss_task]` leaves in the binary: constants, no work.

use std::time::Duration;

use crate::model::{GlobalParams, Phase, Prereq, TaskBody, TaskSpec};
use crate::registry::identity::TaskIdentity;

/// The function named by the key `params`.
type ParamsFn = fn(&mut TaskSpec, &GlobalParams);

/// A list as it stands in the attribute.
type Words = &'static [&'static str];

/// One task as it was written. Every method is named after the key it carries.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    pub(crate) module: &'static str,
    pub(crate) function: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    pub(crate) main: TaskBody,
    pub(crate) name: Option<&'static str>,
    pub(crate) description: &'static str,
    pub(crate) groups: Words,
    pub(crate) phase: Phase,
    pub(crate) stop_suite_on_fail: Option<bool>,
    pub(crate) exclusive_resources: Words,
    pub(crate) shared_resources: Words,
    /// An object as JSON text.
    pub(crate) resource_configs: Option<&'static str>,
    pub(crate) max_resource_retry: Option<u32>,
    pub(crate) max_resource_wait: Option<Duration>,
    pub(crate) thread_safe: Option<bool>,
    pub(crate) process_safe: Option<bool>,
    pub(crate) valid_ats: Option<Words>,
    pub(crate) valid_duts: Option<Words>,
    pub(crate) req_param_keys: Words,
    pub(crate) optional_param_keys: Words,
    pub(crate) prereq_tasks: &'static [Prereq],
    pub(crate) prereq_same_thread: Option<bool>,
    pub(crate) est_task_time: Option<Duration>,
    pub(crate) always_teardown: Option<bool>,
    /// An object as JSON text.
    pub(crate) extra_metadata: Option<&'static str>,
    pub(crate) priority: Option<i32>,
    pub(crate) setup: Option<TaskBody>,
    pub(crate) teardown: Option<TaskBody>,
    pub(crate) params: Option<ParamsFn>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: Option<u32>,
    /// `None`: not ignored; `Some("")`: ignored without a word.
    pub(crate) ignore: Option<&'static str>,
}

macro_rules! keys {
    ($($key:ident: $type:ty $(=> $wrap:path)?;)*) => {$(
        #[doc = concat!("The key `", stringify!($key), "`.")]
        #[must_use]
        pub const fn $key(mut self, value: $type) -> Self {
            self.$key = $($wrap)?(value);
            self
        }
    )*};
}

impl Declaration {
    /// A task with all keys left out.
    #[must_use]
    pub const fn new<T: TaskIdentity>(file: &'static str, line: u32, main: TaskBody) -> Self {
        Self {
            module: T::MODULE,
            function: T::FUNCTION,
            file,
            line,
            main,
            name: None,
            description: "",
            groups: &[],
            phase: Phase::Test,
            stop_suite_on_fail: None,
            exclusive_resources: &[],
            shared_resources: &[],
            resource_configs: None,
            max_resource_retry: None,
            max_resource_wait: None,
            thread_safe: None,
            process_safe: None,
            valid_ats: None,
            valid_duts: None,
            req_param_keys: &[],
            optional_param_keys: &[],
            prereq_tasks: &[],
            prereq_same_thread: None,
            est_task_time: None,
            always_teardown: None,
            extra_metadata: None,
            priority: None,
            setup: None,
            teardown: None,
            params: None,
            timeout: None,
            retries: None,
            ignore: None,
        }
    }

    /// Puts it elsewhere: for a benchmark that makes its tasks in a loop.
    #[must_use]
    pub const fn placed(mut self, module: &'static str, function: &'static str) -> Self {
        self.module = module;
        self.function = function;
        self
    }

    keys! {
        name: &'static str => Some;
        description: &'static str;
        groups: Words;
        phase: Phase;
        stop_suite_on_fail: bool => Some;
        exclusive_resources: Words;
        shared_resources: Words;
        resource_configs: &'static str => Some;
        max_resource_retry: u32 => Some;
        max_resource_wait: Duration => Some;
        thread_safe: bool => Some;
        process_safe: bool => Some;
        valid_ats: Words => Some;
        valid_duts: Words => Some;
        req_param_keys: Words;
        optional_param_keys: Words;
        prereq_tasks: &'static [Prereq];
        prereq_same_thread: bool => Some;
        est_task_time: Duration => Some;
        always_teardown: bool => Some;
        extra_metadata: &'static str => Some;
        priority: i32 => Some;
        setup: TaskBody => Some;
        teardown: TaskBody => Some;
        params: ParamsFn => Some;
        timeout: Duration => Some;
        retries: u32 => Some;
        ignore: &'static str => Some;
    }
}

/// The functions of a module that is a task.
pub trait TaskModule: TaskIdentity {
    /// The task as far as its functions make it.
    const FUNCTIONS: Declaration;
}

/// The task whose functions stand in the module of `T`.
#[must_use]
pub const fn functions_of<T: TaskModule>() -> Declaration {
    T::FUNCTIONS
}

/// An annotated item, as the attribute hands it in.
#[derive(Debug, Clone, Copy)]
pub struct Registration(pub &'static Declaration);

/// What the linker collects: one for every annotated item of every linked crate.
#[derive(Debug, Clone, Copy)]
pub struct LinkedTask {
    pub(crate) declaration: &'static Declaration,
    /// The version of the pack, where cargo has told it to the compiler.
    pub(crate) pack_version: Option<&'static str>,
}

impl LinkedTask {
    /// A task of a pack of this version.
    #[must_use]
    pub const fn new(registration: Registration, pack_version: Option<&'static str>) -> Self {
        Self {
            declaration: registration.0,
            pack_version,
        }
    }
}

inventory::collect!(LinkedTask);

/// Hands a task to the linker. The version is that of the crate in which this is expanded.
#[doc(hidden)]
#[macro_export]
macro_rules! __submit {
    ($registration:expr) => {
        $crate::__private0_1_0::inventory::submit! {
            $crate::__private0_1_0::LinkedTask::new(
                $registration,
                ::core::option_env!("CARGO_PKG_VERSION"),
            )
        }
    };
}
