//! What stands between a task and its start.

use crate::model::TaskName;

/// The prerequisites of a task that do not let it run yet: the answer of
/// [`TaskPack::check_prereqs`](crate::TaskPack::check_prereqs).
///
/// ```
/// # use kissats::{PackError, TaskPack};
/// fn can_run(pack: &TaskPack, task: &str) -> Result<bool, PackError> {
///     let prereqs = pack.check_prereqs(task)?;
///     for failed in &prereqs.failed {
///         println!("{failed} did not succeed");
///     }
///     Ok(prereqs.needed.is_empty() && prereqs.failed.is_empty())
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrereqCheck {
    /// Those that have not run.
    pub needed: Vec<TaskName>,
    /// Those that have run and did not succeed.
    pub failed: Vec<TaskName>,
}
