//! Layer 0: the nouns. No behaviour beyond their own invariants, no I/O, no clock, no thread.

mod captured_output;
mod context;
mod declaration;
mod declared_name;
mod global_params;
mod held_resource;
mod lazy_spec;
mod loaded_task;
mod name;
mod nearest;
mod need;
mod new_task;
mod on_blocked;
mod outcome;
mod phase;
mod problem;
mod queue_error;
mod report_record;
mod requirements;
mod resource_mode;
mod run_config;
mod run_mode;
pub(crate) mod schema;
mod shared_params;
mod task;
mod task_defaults;
mod task_result;
mod task_return;
mod task_spec;
mod time;
mod verdict;
mod word;
mod worker_kind;

pub use captured_output::CapturedOutput;
pub use context::TaskContext;
pub(crate) use declaration::__rust_begin_short_backtrace;
pub use declaration::{
    Declaration, DeclaredPrereq, Key, ModuleFunctions, ParamsFn, TaskMain, Words,
};
pub use declared_name::DeclaredName;
pub(crate) use declared_name::{hash_path, name_hash};
pub use global_params::{GlobalParams, ParamError, ParamsError};
pub use held_resource::{FencingToken, HeldResource};
pub(crate) use lazy_spec::LazySpec;
pub(crate) use loaded_task::{LoadedTask, PrereqText, ResolvedTask, TaskGroups};
pub use name::{
    AtsName, DutName, GroupName, InstanceName, NameError, PackName, ResourceName, TaskName,
};
pub(crate) use nearest::nearest;
pub use need::{ReservationMode, ResourceNeed};
pub use new_task::NewTask;
pub(crate) use new_task::{AddTask, TaskSource};
pub(crate) use on_blocked::OnBlocked;
pub use outcome::{Blocked, IgnoreReason, Outcome, StopCause};
pub use phase::Phase;
pub(crate) use problem::panic_text;
pub use problem::{Location, Problem, ProblemKind, Stage};
pub use queue_error::QueueError;
pub use report_record::{ReportMetadata, ReportRecord};
pub use requirements::RequirementError;
pub(crate) use requirements::accepts;
pub use resource_mode::ResourceMode;
pub use run_config::RunConfig;
pub use run_mode::RunMode;
pub use schema::{DocumentPath, PathSegment, SchemaError, SchemaErrors, SchemaProblem};
pub(crate) use shared_params::SharedParams;
pub(crate) use task::{Bodies, TaskBody, TaskId};
pub use task::{Prereq, Task};
pub(crate) use task_defaults::{TaskDefaults, built_in_task_defaults};
pub use task_result::TaskResult;
pub use task_return::{IntoTaskReturn, SubResult, TaskReturn};
pub use task_spec::{Ignore, TaskSpec};
pub use time::{Clock, Timestamp};
pub use verdict::{NoValidResult, ValidResults, Verdict};
pub use word::UnknownWord;
pub(crate) use worker_kind::WorkerKind;
