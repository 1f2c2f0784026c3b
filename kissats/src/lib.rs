//! A test framework for tests that need scarce things: boards on a bench, instruments, databases,
//! ports, licences.
//!
//! Mark functions with [`#[kiss_task]`](macro@kiss_task), put [`main!`] into a test target, and run
//! `cargo test`.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0_1_0;
mod ats;
mod config;
mod engine;
mod harness;
mod model;
mod pack;
mod plan;
mod queue;
mod registry;
mod reserve;
mod runtime;

pub use ats::{
    Acquired, AtsClient, AtsClientConfig, AtsClientError, AtsError, AtsRegistration, Command,
    HeldRun, LocalAts, PendingReservation, Reply, ResourceReservation, RetryPolicy, acquire,
    connect_ats_client, server_communicate,
};
pub use harness::Harness;
pub use kissats_macros::kiss_task;
pub use model::{
    AtsName, Blocked, Clock, DocumentPath, DutName, FencingToken, GlobalParams, GroupName,
    HeldResource, Ignore, IgnoreReason, InstanceName, IntoTaskReturn, Location, NameError, NewTask,
    NoValidResult, Outcome, PackName, ParamError, ParamsError, Phase, Prereq, Problem, ProblemKind,
    ReportMetadata, ReportRecord, ReservationMode, ResourceMode, ResourceName, ResourceNeed,
    RunConfig, RunMode, SchemaError, SchemaErrors, SchemaProblem, Stage, StopCause, SubResult,
    Task, TaskBody, TaskContext, TaskName, TaskResult, TaskReturn, TaskSpec, Timestamp,
    UnknownResourceMode, ValidResults, Verdict,
};
pub use pack::{PackError, RunSummary, TaskPack};
pub use queue::{
    DelayedTask, PackQueues, QueueError, QueuedTask, ScheduleError, Scheduler, TaskQueues,
};
pub use reserve::{
    Availability, Claim, ClaimAnswer, HoldId, HoldTime, Holder, InstanceConfig, Obstacle,
    PreReservation, PreReservationId, ReservationId, ReservationRequest, ReserveError, TimeWindow,
};
pub use runtime::SystemClock;
pub use semver::VersionReq;
pub use serde_json::{Value, json};

/// What the file of a pack needs: `use kissats::prelude::*;`.
pub mod prelude {
    pub use crate::kiss_task;
    pub use crate::model::{GlobalParams, SubResult, TaskContext, TaskReturn, TaskSpec, Verdict};
}
