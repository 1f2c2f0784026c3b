//! Why a pack could not be made or could not run.

use semver::VersionReq;

use crate::ats::{AtsClientError, AtsError};
use crate::model::{PackName, QueueError, SchemaErrors};
use crate::pack::TaskMistake;
use crate::queue::ScheduleError;

/// What a [`TaskPack`](crate::TaskPack) answers instead of doing what it was asked.
///
/// ```
/// # use kissats::{PackError, QueueError};
/// fn is_a_typo(error: &PackError) -> bool {
///     matches!(error, PackError::Queue(QueueError::UnknownTask { nearest: Some(_), .. }))
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The linked tasks have mistakes: all of them.
    #[error("the linked tasks cannot run: {}", join(.mistakes))]
    Tasks {
        /// What is wrong, and where.
        mistakes: Vec<TaskMistake>,
    },
    /// The document of global parameters is none.
    #[error(transparent)]
    Document(#[from] SchemaErrors),
    /// `task_package` is not linked. The original's `TaskPackageNotRegistered`.
    #[error(
        "the pack `{package}` is not linked{}; {}. Nothing is installed at run time",
        .nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default(),
        linked_are(.linked)
    )]
    NotLinked {
        /// What was asked for.
        package: PackName,
        /// What is linked, sorted.
        linked: Vec<String>,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// A pack is linked, in a version that `package_version` rules out.
    #[error("the pack `{package}` is linked as {version}, and `{wanted}` was asked for")]
    WrongVersion {
        /// The pack.
        package: String,
        /// What is linked.
        version: String,
        /// What was asked for.
        wanted: VersionReq,
    },
    /// There is no client of the name `ats_client`, or it does not start.
    #[error(transparent)]
    AtsClient(#[from] AtsClientError),
    /// What the queued tasks need cannot be had together; nothing ran.
    #[error("the run could not reserve what its tasks need: {source}")]
    Resources {
        /// Why not.
        source: AtsError,
    },
    /// The order that a scheduler gave is none; the queue is as it was, and nothing ran.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// A task or a group was not added; the queues are as they were.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

fn join(mistakes: &[TaskMistake]) -> String {
    let texts: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

fn linked_are(linked: &[String]) -> String {
    match linked {
        [] => "no pack is linked".to_owned(),
        linked => format!("linked are: {}", linked.join(", ")),
    }
}
