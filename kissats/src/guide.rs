//! The guide: one page for each idea, in the order in which a pack grows.
//!
//! | page | is about |
//! | --- | --- |
//! | [`tasks`] | functions and modules that are tests |
//! | [`prerequisites`] | what must have succeeded before |
//! | [`groups_and_phases`] | selecting together, set-up and teardown |
//! | [`resources`] | what a task holds while it runs |
//! | [`parameters`] | what a run tells its tasks |
//! | [`outcomes`] | every way in which a task can end |
//! | [`output`] | what tasks print, note and record, and where it is shown |
//! | [`running`] | filters, order, signals, editors |
//! | [`nextest`] | one run in many processes |
//! | [`configuration`] | the file, the flags, the variables |
//! | [`task_pack`] | running tasks from a program, without `cargo test` |
//! | [`ats_clients`] | resources that somebody else owns |
//! | [`kiss_ats`] | what was there and what is here, for those who know KISS ATS: terms, keys, exceptions |
//!
//! All keys of the attribute stand at [`#[kiss_task]`](macro@crate::kiss_task).

#[doc = include_str!("../docs/tasks.md")]
pub mod tasks {}

#[doc = include_str!("../docs/prerequisites.md")]
pub mod prerequisites {}

#[doc = include_str!("../docs/groups_and_phases.md")]
pub mod groups_and_phases {}

#[doc = include_str!("../docs/resources.md")]
///
/// # In the API
///
/// A task finds what it holds in [`TaskContext::resource`](crate::TaskContext::resource), as a
/// [`HeldResource`](crate::HeldResource). A test target says what stands behind a name with
/// [`Harness::instance`](crate::Harness::instance). Whoever writes or uses an owner of resources finds
/// the verbs at [`AtsClient`](crate::AtsClient) and the owned values at [`acquire`](crate::acquire);
/// see the page on [clients](crate::guide::ats_clients).
///
/// ```
/// use kissats::prelude::*;
///
/// #[kiss_task(
///     exclusive_resources = ["psu"],
///     shared_resources = ["lan"],
///     resource_configs = { "psu": { "limit": 1.5 } },
///     max_resource_wait = "2m",
/// )]
/// fn rail_voltage(cx: &TaskContext) -> Result<(), String> {
///     let psu = cx.resource("psu").ok_or("the task declares psu")?;
///     println!("{} is limited to {} A", psu.instance, psu.config["limit"]);
///     Ok(())
/// }
/// ```
pub mod resources {}

#[doc = include_str!("../docs/parameters.md")]
pub mod parameters {}

#[doc = include_str!("../docs/outcomes.md")]
///
/// # In the API
///
/// A task answers with whatever [`IntoTaskReturn`](crate::IntoTaskReturn) knows; the full answer is a
/// [`TaskReturn`](crate::TaskReturn), its word a [`Verdict`](crate::Verdict). What the run makes of it is
/// an [`Outcome`](crate::Outcome), with a [`TaskResult`](crate::TaskResult) for each attempt.
pub mod outcomes {}

#[doc = include_str!("../docs/output.md")]
///
/// # In the API
///
/// A task writes notes with [`TaskContext::note`](crate::TaskContext::note), and lets threads speak for it
/// with [`TaskContext::log_here`](crate::TaskContext::log_here). What was kept of an attempt is its
/// [`CapturedOutput`](crate::CapturedOutput).
pub mod output {}

#[doc = include_str!("../docs/running.md")]
///
/// # In the API
///
/// [`main!`](crate::main) makes a test target, [`harness!`](crate::harness) one that has more to say,
/// with the methods of [`Harness`](crate::Harness).
pub mod running {}

#[doc = include_str!("../docs/nextest.md")]
pub mod nextest {}

#[doc = include_str!("../docs/configuration.md")]
///
/// # In the API
///
/// The keys of `[run]` are the fields of [`RunConfig`](crate::RunConfig), `[params]` becomes
/// [`GlobalParams`](crate::GlobalParams), and `[task-defaults]` are fields of
/// [`TaskSpec`](crate::TaskSpec). [`Harness::params`](crate::Harness::params) and
/// [`TaskContext::params_as`](crate::TaskContext::params_as) read parameters as a type.
pub mod configuration {}

#[doc = include_str!("../docs/task_pack.md")]
pub mod task_pack {}

#[doc = include_str!("../docs/ats_clients.md")]
pub mod ats_clients {}

#[doc = include_str!("../docs/kiss_ats.md")]
///
/// # In the API
///
/// The errors of the tables: [`PackError`](crate::PackError), [`QueueError`](crate::QueueError),
/// [`ScheduleError`](crate::ScheduleError), [`AtsError`](crate::AtsError) with
/// [`ReserveError`](crate::ReserveError), [`AtsClientError`](crate::AtsClientError),
/// [`SchemaErrors`](crate::SchemaErrors), [`DataFileError`](crate::DataFileError),
/// [`RequirementError`](crate::RequirementError), [`UnknownWord`](crate::UnknownWord). What happens in
/// a task is a [`Problem`](crate::Problem) of its outcome.
pub mod kiss_ats {}
