//! All that a run can ask for.

use crate::engine::Lane;
use crate::model::{Outcome, Timestamp, WorkerKind};
use crate::plan::Step;

/// Something to be done. The engine does none of it itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// See what the other processes of the run have done about the step; answered by `Claimed`, `Recorded`,
    /// `Elsewhere` or `StoppedElsewhere`. What is claimed stays so until the outcome is told.
    Claim(Step),
    /// Ask for everything the step needs; answered by `Reserved`, `Unavailable` or `ReserveFailed`.
    Reserve(Step),
    /// Tell that the step waits: for what and who holds it, or for its next attempt. It goes on at
    /// `until` at the latest.
    Delay {
        step: Step,
        why: String,
        until: Timestamp,
    },
    /// Run the body of the step; answered by `BodyStarted` and `Ended`.
    Run {
        step: Step,
        attempt: u32,
        on: WorkerKind,
        /// The worker of those that ran before in this lane runs it.
        lane: Option<Lane>,
    },
    /// No more tasks of this lane will come: its worker is free for others.
    LeaveLane(Lane),
    /// Count no more on the thread that runs the body of the step, which has its outcome. What it holds
    /// stays held until it has `Ended`.
    GiveUp(Step),
    /// End the process that runs the body of the step, and all that it has started; answered by `Ended`.
    Kill {
        step: Step,
        /// Without asking first.
        at_once: bool,
    },
    /// Give back everything the step holds.
    Release(Step),
    /// Tell the outcome of the step. Exactly once for every step.
    Report { step: Step, outcome: Outcome },
    /// Every step has its outcome and nothing is held.
    Finish,
}
