//! Why something cannot be planned.

/// What is wrong with a workload. Nothing of it can be run as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkloadError {
    /// There must be somebody to do the work.
    #[error("there is no worker: expected at least one")]
    NoWorker,
    /// A prerequisite that is no task.
    #[error(
        "task {task} waits for task {prereq}, and there are {tasks} tasks: expected a number below that"
    )]
    UnknownPrereq {
        /// Who waits.
        task: u32,
        /// For whom.
        prereq: u32,
        /// How many there are.
        tasks: usize,
    },
    /// A need for a resource that is none.
    #[error(
        "task {task} needs resource {resource}, and there are {resources} resources: expected a number below that"
    )]
    UnknownResource {
        /// Who needs it.
        task: u32,
        /// What.
        resource: u32,
        /// How many there are.
        resources: usize,
    },
    /// A need that can never be met.
    #[error(
        "task {task} needs {units} units of resource {resource}, which has {capacity}: expected at most that many"
    )]
    OverCapacity {
        /// Who needs it.
        task: u32,
        /// What.
        resource: u32,
        /// How much of it.
        units: u32,
        /// How much there is.
        capacity: u32,
    },
    /// Two needs for one resource.
    #[error("task {task} needs resource {resource} twice: expected one need with the sum")]
    NeededTwice {
        /// Who needs it.
        task: u32,
        /// What.
        resource: u32,
    },
    /// Tasks that wait for each other.
    #[error("task {task} waits for itself, over others or at once: take one prerequisite out")]
    Circle {
        /// One of them.
        task: u32,
    },
}
