//! A test framework for tests that need scarce things: boards on a bench, instruments, databases,
//! ports, licences.
//!
//! Mark functions with [`#[kiss_task]`](macro@kiss_task), put [`main!`] into a test target, and run
//! `cargo test`. A task says what it needs: other tasks, resources, parameters. The run sees to it that
//! the task has it, takes it back afterwards, and tells how every task ended.
//!
//! # A first pack
//!
//! A pack is a library with tasks in it:
//!
//! ```
//! // src/lib.rs
//! use kissats::prelude::*;
//!
//! /// The supply can be switched on.
//! #[kiss_task(group = "smoke", exclusive_resources = ["psu"], est_task_time = 2)]
//! pub fn power_on(cx: &TaskContext) -> Result<(), String> {
//!     let psu = cx.resource("psu").ok_or("the task declares psu")?;
//!     println!("switching on {}", psu.instance);
//!     Ok(())
//! }
//!
//! /// The rail stays inside its limits.
//! #[kiss_task(groups = ["smoke", "power"], prereq_tasks = [power_on], exclusive_resources = ["psu"])]
//! pub fn rail_voltage() -> TaskReturn {
//!     let volts = 11.98;
//!     if volts < 11.4 {
//!         return TaskReturn::failed(format!("{volts} V, expected at least 11.4 V"));
//!     }
//!     TaskReturn::passed().with_metadata("volts", volts)
//! }
//! ```
//!
//! and a test target that names it:
//!
//! ```no_run
//! // tests/pack.rs
//! # mod my_pack {}
//! # /*
//! kissats::main!(my_pack);
//! # */ kissats::main!();
//! ```
//!
//! ```toml
//! # Cargo.toml
//! [dependencies]
//! kissats = "0.1"
//!
//! [[test]]
//! name = "pack"
//! harness = false
//! ```
//!
//! `cargo test` runs all of it. `cargo test --test pack -- --exact rail_voltage` runs one task, and
//! `power_on` with it, because that is needed.
//!
//! # Where to go
//!
//! | I want to … | read |
//! | --- | --- |
//! | write tasks | [`guide::tasks`], and all keys at [`#[kiss_task]`](macro@kiss_task) |
//! | build on other tasks | [`guide::prerequisites`] |
//! | set up and tear down | [`guide::groups_and_phases`] |
//! | hold a thing while a task runs | [`guide::resources`] |
//! | tell tasks something | [`guide::parameters`] |
//! | understand a report | [`guide::outcomes`] |
//! | see what tasks have written | [`guide::output`] |
//! | select tasks, use nextest, stop a run | [`guide::running`] |
//! | keep settings in a file | [`guide::configuration`] |
//! | run tasks from a program | [`guide::task_pack`], [`TaskPack`] |
//! | reserve from a server | [`guide::ats_clients`], [`AtsClient`] |
//! | find what I know from KISS ATS | [`guide::kiss_ats`] |
//!
//! # Features
//!
//! | feature | adds |
//! | --- | --- |
//! | `log` | what tasks record with the crate `log` goes to their own logs: [`guide::output`] |
//! | `tracing` | the same for the crate `tracing` |
//! | `tokio` | `async fn` tasks run on a tokio runtime instead of a bare executor |
//! | `yaml` | parameter files in YAML |

#![cfg_attr(
    not(unix),
    allow(
        dead_code,
        unused_imports,
        reason = "what workers, the tier `host` and shared runs use of the other layers"
    )
)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0_1_0;
mod ats;
mod config;
// Not for packs: benchmarks run it in virtual time, and reports will show what it expects.
#[doc(hidden)]
pub mod engine;
pub mod guide;
mod harness;
mod model;
mod pack;
mod plan;
mod queue;
mod registry;
mod report;
mod reserve;
mod runtime;
// Not for packs: benchmarks measure it, and reports will show what it plans.
#[doc(hidden)]
pub mod schedule;
mod shared_run;
mod wire;

pub use ats::{
    Acquired, AtsClient, AtsClientConfig, AtsClientError, AtsError, AtsRegistration, Command,
    HeldRun, LocalAts, PendingReservation, Reply, ResourceReservation, RetryPolicy, acquire,
    connect_ats_client, server_communicate,
};
#[cfg(unix)]
pub use ats::{HostAts, HostError};
pub use config::{DataFileError, load_data_file};
pub use harness::{Harness, run_as_worker};
pub use kissats_macros::kiss_task;
pub use model::{
    AtsName, Backoff, Blocked, CapturedOutput, Clock, DocumentPath, DutName, FencingToken,
    GlobalParams, GroupName, HeldResource, Ignore, IgnoreReason, InstanceName, IntoTaskReturn,
    Location, NameError, NewTask, NoValidResult, Outcome, PackName, ParamError, ParamsError,
    PathSegment, Phase, Prereq, Problem, ProblemKind, QueueError, ReportMetadata, ReportRecord,
    RequirementError, ReservationMode, ResourceMode, ResourceName, ResourceNeed, Retries, RetryOn,
    RunConfig, RunMode, SchemaError, SchemaErrors, SchemaProblem, Stage, StopCause, SubResult,
    Task, TaskContext, TaskName, TaskResult, TaskReturn, TaskSpec, Timestamp, UnknownWord,
    ValidResults, Verdict,
};
pub use pack::{Interrupter, PackError, RunSummary, TaskMistake, TaskMistakeKind, TaskPack};
pub use queue::{
    DelayedTask, PackQueues, PrereqCheck, QueuedTask, ScheduleError, Scheduler, TaskQueues,
};
pub use reserve::{
    Availability, Claim, ClaimAnswer, HoldId, HoldTime, Holder, InstanceConfig, Obstacle,
    PreReservation, PreReservationId, ReservationId, ReservationRequest, ReserveError, TimeWindow,
};
pub use runtime::SystemClock;
#[cfg(any(feature = "log", feature = "tracing"))]
pub use runtime::record_logs;
pub use semver::VersionReq;
pub use serde_json::{Value, json};

/// What the file of a pack needs: `use kissats::prelude::*;`.
///
/// ```
/// use kissats::prelude::*;
///
/// #[kiss_task]
/// fn task(_: &TaskContext) -> Verdict {
///     Verdict::Completed
/// }
/// ```
pub mod prelude {
    pub use crate::kiss_task;
    pub use crate::model::{GlobalParams, SubResult, TaskContext, TaskReturn, TaskSpec, Verdict};
}
