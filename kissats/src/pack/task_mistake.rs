//! What is wrong with a linked task.

use crate::plan::PlanError;
use crate::registry::RegistryError;

/// A mistake in the linked tasks that the compiler could not see.
///
/// Its text names the tasks and where they are declared.
///
/// ```
/// # use kissats::{GlobalParams, PackError, TaskMistakeKind, TaskPack};
/// match TaskPack::new(GlobalParams::default()) {
///     Err(PackError::Tasks { mistakes }) => {
///         for mistake in &mistakes {
///             eprintln!("{mistake}");
///         }
///         let is_twin = |kind| matches!(kind, TaskMistakeKind::DuplicateName);
///         assert!(mistakes.iter().any(|mistake| is_twin(mistake.kind())));
///     }
///     other => assert!(other.is_ok()),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct TaskMistake(Source);

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum Source {
    Registry(RegistryError),
    Plan(PlanError),
}

/// What kind of mistake it is.
///
/// ```
/// # use kissats::TaskMistakeKind;
/// /// Whether one of two crates has to give way.
/// fn is_about_names(kind: TaskMistakeKind) -> bool {
///     kind == TaskMistakeKind::DuplicateName
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskMistakeKind {
    /// Two tasks of a pack share a name.
    DuplicateName,
    /// A prerequisite is no task of the linked packs.
    UnknownPrereq,
    /// Tasks wait for each other in a circle.
    Cycle,
    /// The function named by the key `params` panicked.
    ParamsPanicked,
    /// What is declared cannot run for another reason.
    Declaration,
}

impl TaskMistake {
    /// What kind of mistake it is.
    #[must_use]
    pub fn kind(&self) -> TaskMistakeKind {
        match &self.0 {
            Source::Plan(PlanError::DuplicateName { .. } | PlanError::DuplicateFunction { .. }) => {
                TaskMistakeKind::DuplicateName
            }
            Source::Plan(PlanError::UnknownPrereq { .. }) => TaskMistakeKind::UnknownPrereq,
            Source::Plan(PlanError::Cycle { .. }) => TaskMistakeKind::Cycle,
            Source::Registry(RegistryError::ParamsPanicked { .. }) => {
                TaskMistakeKind::ParamsPanicked
            }
            Source::Plan(_) => TaskMistakeKind::Declaration,
        }
    }
}

impl From<RegistryError> for TaskMistake {
    fn from(error: RegistryError) -> Self {
        Self(Source::Registry(error))
    }
}

impl From<PlanError> for TaskMistake {
    fn from(error: PlanError) -> Self {
        Self(Source::Plan(error))
    }
}
