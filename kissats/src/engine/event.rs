//! All that can happen to a run.

use crate::model::{Outcome, Problem, TaskName, TaskResult, Timestamp};
use crate::plan::{PlannedTask, Step};

/// Something that happened. Nothing else changes the state of a run.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// The run begins.
    Started,
    /// No other process of the run has run the step or runs it now, and none will.
    Claimed(Step),
    /// Another process of the run has run the step: nothing is run here.
    Recorded {
        step: Step,
        outcome: Box<Outcome>,
        /// Which process, and which attempt of its task, in words.
        place: String,
    },
    /// Another process of the run is at the step.
    Elsewhere { step: Step, why: String },
    /// A task that failed in another process has stopped the run: the step is not to start.
    StoppedElsewhere {
        step: Step,
        task: TaskName,
        /// Which process, and which attempt of the task, in words.
        place: String,
    },
    /// The step holds everything it needs.
    Reserved(Step),
    /// The body of the step begins.
    BodyStarted(Step),
    /// Something the step needs is held by others.
    Unavailable {
        step: Step,
        /// What and by whom, in words.
        why: String,
        /// When it is free, if that is known.
        available_at: Option<Timestamp>,
    },
    /// The step cannot be given what it needs.
    ReserveFailed { step: Step, problem: Problem },
    /// The body of the step has ended: in time, by force or, if it was given up, too late.
    Ended { step: Step, result: Box<TaskResult> },
    /// More tasks have come. They become the next steps, in this order.
    Added {
        tasks: Vec<PlannedTask>,
        /// All steps that have not started, in the order in which they are to run from now on.
        order: Vec<Step>,
    },
    /// Time has passed.
    Tick,
    /// Ctrl-C, or a request to terminate. Each one more is taken more seriously.
    Interrupted,
}
