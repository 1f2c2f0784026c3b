//! Layer 0: the nouns. No behaviour beyond their own invariants, no I/O, no clock, no thread.

mod context;
mod global_params;
mod held_resource;
mod name;
mod need;
mod outcome;
mod phase;
mod problem;
mod task;
mod task_result;
mod task_return;
mod task_spec;
mod time;
mod verdict;

pub use context::TaskContext;
pub use global_params::{GlobalParams, ParamError};
pub use held_resource::{FencingToken, HeldResource};
pub use name::{
    AtsName, DutName, GroupName, InstanceName, NameError, PackName, ResourceName, TaskName,
};
pub use need::{ReservationMode, ResourceNeed};
pub use outcome::{Blocked, IgnoreReason, Outcome, StopCause};
pub use phase::Phase;
pub(crate) use problem::panic_text;
pub use problem::{Location, Problem, ProblemKind, Stage};
pub use task::{Prereq, TaskBody};
pub(crate) use task::{Task, TaskId};
pub use task_result::TaskResult;
pub use task_return::{IntoTaskReturn, SubResult, TaskReturn};
pub use task_spec::{Ignore, TaskSpec};
pub use time::{Clock, Timestamp};
pub use verdict::{ValidResults, Verdict};
