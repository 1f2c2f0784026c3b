//! The one outcome in which every task of a run ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{AtsName, CapturedOutput, DutName, TaskName, TaskResult};

/// How a task ended. Every task of a run ends in exactly one of these.
///
/// ```
/// # use kissats::{Outcome, StopCause};
/// let outcome = Outcome::NotRun(StopCause::Interrupted);
/// assert_eq!(outcome.to_string(), "not run: the run was interrupted");
/// assert_eq!(outcome.result(), "Skipped");
/// assert!(!outcome.satisfies_dependents() && !outcome.is_failure());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Its verdict is a valid one.
    Passed(Vec<TaskResult>),
    /// It passed after a retry. All attempts, in order.
    Flaky(Vec<TaskResult>),
    /// The task itself returned `Skipped`.
    Skipped(Vec<TaskResult>),
    /// Anything else that a task can do. All attempts, in order.
    Failed(Vec<TaskResult>),
    /// Something it depends on did not succeed.
    Blocked(Blocked),
    /// The run ended before its turn.
    NotRun(StopCause),
    /// It was not meant to run here.
    Ignored(IgnoreReason),
}

impl Outcome {
    /// Whether a task that depends on this one may run.
    #[must_use]
    pub fn satisfies_dependents(&self) -> bool {
        matches!(self, Self::Passed(_) | Self::Flaky(_) | Self::Skipped(_))
    }

    /// Whether the run has failed because of this task.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// The result word that a report has for it: the task's own, or `Skipped` for one that did not run,
    /// which includes one that did not get its resources. The word does not say whether the run has
    /// failed: [`Self::is_failure`] does.
    #[must_use]
    pub fn result(&self) -> &str {
        let ran = self.attempts().last().filter(|last| last.began());
        ran.map_or("Skipped", |last| last.verdict().as_str())
    }

    /// Adds what the last attempt had written when it was given up.
    pub(crate) fn add_output(&mut self, written: Box<CapturedOutput>) {
        if let Self::Passed(attempts)
        | Self::Flaky(attempts)
        | Self::Skipped(attempts)
        | Self::Failed(attempts) = self
            && let Some(last) = attempts.last_mut()
        {
            last.output = Some(written);
        }
    }

    /// The attempts of a task that ran.
    ///
    /// ```
    /// # use kissats::Outcome;
    /// /// What went wrong before the task passed.
    /// fn failures(outcome: &Outcome) -> Vec<String> {
    ///     let Outcome::Flaky(attempts) = outcome else { return Vec::new() };
    ///     attempts[..attempts.len() - 1].iter().map(ToString::to_string).collect()
    /// }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> &[TaskResult] {
        match self {
            Self::Passed(attempts)
            | Self::Flaky(attempts)
            | Self::Skipped(attempts)
            | Self::Failed(attempts) => attempts,
            Self::Blocked(_) | Self::NotRun(_) | Self::Ignored(_) => &[],
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(_) => f.write_str("ok"),
            Self::Flaky(attempts) => write!(f, "ok (flaky: passed on attempt {})", attempts.len()),
            Self::Skipped(attempts) => {
                f.write_str("skipped")?;
                match attempts.last() {
                    Some(last) if !last.answer.message.is_empty() => {
                        write!(f, ": {}", last.answer.message)
                    }
                    _ => Ok(()),
                }
            }
            Self::Failed(_) => f.write_str("FAILED"),
            Self::Blocked(blocked) => blocked.fmt(f),
            Self::NotRun(cause) => write!(f, "not run: {cause}"),
            Self::Ignored(reason) => reason.fmt(f),
        }
    }
}

/// What keeps a task from running.
///
/// It names the task it depends on and the one that did not succeed. What lies between is found by
/// asking the outcome of [`Self::by`] in turn: a chain may be as long as the pack.
///
/// ```
/// # use kissats::Outcome;
/// fn why(outcome: &Outcome) -> Option<String> {
///     let Outcome::Blocked(blocked) = outcome else { return None };
///     Some(format!("{} {}, so {} could not help", blocked.root(), blocked.root_ended(), blocked.by()))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked(Arc<Chain>);

/// What [`Blocked`] names; behind a pointer, because every task has room for one and few have one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chain {
    by: TaskName,
    root: TaskName,
    /// How many tasks there are from `by` to `root`.
    links: usize,
    ended: Arc<str>,
}

impl Blocked {
    /// Something depends on `name`, which ended otherwise than well.
    pub(crate) fn new(name: &TaskName, outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Blocked(Self(earlier)) => Self(Arc::new(Chain {
                by: name.clone(),
                links: earlier.links + 1,
                ..(**earlier).clone()
            })),
            other => Self::for_reason(name, &other.to_string()),
        }
    }

    pub(crate) fn for_reason(name: &TaskName, ended: &str) -> Self {
        Self(Arc::new(Chain {
            by: name.clone(),
            root: name.clone(),
            links: 1,
            ended: ended.into(),
        }))
    }

    /// The task it depends on.
    #[must_use]
    pub fn by(&self) -> &TaskName {
        &self.0.by
    }

    /// The task that did not succeed, at the end of the chain.
    #[must_use]
    pub fn root(&self) -> &TaskName {
        &self.0.root
    }

    /// How that one ended: `FAILED`, `not run: …`.
    #[must_use]
    pub fn root_ended(&self) -> &str {
        &self.0.ended
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Chain {
            by,
            root,
            links,
            ended,
        } = &*self.0;
        write!(f, "blocked by {by}")?;
        match links {
            0 | 1 => {}
            2 => write!(f, ", blocked by {root}")?,
            more => write!(f, ", blocked through {} more by {root}", more - 2)?,
        }
        write!(f, " ({ended})")
    }
}

/// Why the run ended before a task's turn.
///
/// ```
/// # use kissats::{StopCause, TaskName};
/// let cause = StopCause::StoppedBy(TaskName::new("power::on")?);
/// assert_eq!(cause.to_string(), "power::on stopped the suite");
/// # Ok::<(), kissats::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopCause {
    /// A task with `stop_suite_on_fail` failed.
    StoppedBy(TaskName),
    /// The same in another process of the run; `stop_suite_on_fail` was written.
    StoppedElsewhere {
        /// The task that failed.
        task: TaskName,
        /// Which process, and which attempt, in words.
        place: String,
    },
    /// A task failed and the run was started with `--fail-fast`.
    FailFast(TaskName),
    /// Ctrl-C or a request to terminate.
    Interrupted,
    /// The run took longer than its `global_timeout`.
    TimedOut(Duration),
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StoppedBy(task) => write!(f, "{task} stopped the suite"),
            Self::StoppedElsewhere { task, place } => {
                write!(f, "{task} (FAILED in {place}) stopped the suite")
            }
            Self::FailFast(task) => write!(f, "{task} failed (--fail-fast)"),
            Self::Interrupted => f.write_str("the run was interrupted"),
            Self::TimedOut(limit) => {
                write!(f, "the run took longer than {limit:?} (global_timeout)")
            }
        }
    }
}

/// Why a task was not meant to run.
///
/// ```
/// # use kissats::IgnoreReason;
/// let reason = IgnoreReason::Declared(Some("takes a night".to_owned()));
/// assert_eq!(reason.to_string(), "takes a night");
/// assert!(reason.is_declared());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IgnoreReason {
    /// The key `ignore`, with the author's words if there are any.
    Declared(Option<String>),
    /// The device under test is not in `valid_duts`.
    Dut {
        /// The device of this run.
        dut: DutName,
        /// The devices the task is for.
        valid: Vec<String>,
    },
    /// The test system is not in `valid_ats`.
    Ats {
        /// The system of this run.
        ats: AtsName,
        /// The systems the task is for.
        valid: Vec<String>,
    },
    /// A prerequisite is not meant to run.
    Prerequisite {
        /// The prerequisite.
        task: TaskName,
        /// Why it does not run.
        reason: Box<IgnoreReason>,
    },
}

impl IgnoreReason {
    /// Whether `--ignored` and `--include-ignored` lift it: only the author's own `ignore` is a wish.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        match self {
            Self::Declared(_) => true,
            Self::Dut { .. } | Self::Ats { .. } => false,
            Self::Prerequisite { reason, .. } => reason.is_declared(),
        }
    }
}

impl fmt::Display for IgnoreReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(None) => f.write_str("declared with `ignore`"),
            Self::Declared(Some(reason)) => f.write_str(reason),
            Self::Dut { dut, valid } => {
                write!(f, "not for DUT {dut}, only for {}", valid.join(", "))
            }
            Self::Ats { ats, valid } => {
                write!(f, "not for ATS {ats}, only for {}", valid.join(", "))
            }
            Self::Prerequisite { task, reason } => write!(f, "needs {task}: {reason}"),
        }
    }
}
