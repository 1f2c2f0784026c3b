//! What went wrong inside a task, where, and why.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The steps of a task's life, in order.
///
/// ```
/// # use kissats::{Problem, Stage};
/// /// Whether the task's own code had begun.
/// fn had_begun(problem: &Problem) -> bool {
///     problem.stage >= Stage::Setup
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The ATS was asked for what the task needs.
    Resources,
    /// The check of `req_param_keys`.
    Requirements,
    /// The function named by the key `setup`.
    Setup,
    /// The annotated function.
    Main,
    /// The function named by the key `teardown`.
    Teardown,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Resources => "resources",
            Self::Requirements => "requirements",
            Self::Setup => "setup",
            Self::Main => "main",
            Self::Teardown => "teardown",
        })
    }
}

/// A place in a source file.
///
/// ```
/// # use kissats::Problem;
/// /// What an editor jumps to.
/// fn link(problem: &Problem) -> Option<String> {
///     let place = problem.location.as_ref()?;
///     Some(format!("vscode://file/{}:{}", place.file(), place.line()))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    file: String,
    line: u32,
}

impl Location {
    pub(crate) fn new(file: impl Into<String>, line: u32) -> Self {
        Self {
            file: file.into(),
            line,
        }
    }

    /// The file, as the compiler was told of it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The ways in which a task breaks.
///
/// ```
/// # use kissats::ProblemKind;
/// /// Whether it is worth looking at the bench rather than at the task.
/// fn is_of_the_bench(kind: &ProblemKind) -> bool {
///     matches!(kind, ProblemKind::Unmet | ProblemKind::TimedOut(_))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// It returned an error.
    Error,
    /// It panicked.
    Panic,
    /// It ran longer than its `timeout`.
    TimedOut(Duration),
    /// It returned something that is no answer.
    InvalidReturn,
    /// Something it needs is missing: a parameter, a resource.
    Unmet,
    /// The run was interrupted while it was running.
    Interrupted,
    /// The process it ran in ended before it did.
    Crashed,
}

/// Why a task ended with the verdict `Exception`.
///
/// ```
/// # use kissats::{Outcome, ProblemKind};
/// /// Whether a report should say that the time limit may be too short.
/// fn timed_out(outcome: &Outcome) -> bool {
///     let mut problems = outcome.attempts().iter().filter_map(|attempt| attempt.problem.as_ref());
///     problems.any(|problem| matches!(problem.kind, ProblemKind::TimedOut(_)))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// In which step of the task's life.
    pub stage: Stage,
    /// What kind of thing happened.
    pub kind: ProblemKind,
    /// The message, without its causes.
    pub message: String,
    /// The messages of the causes, nearest first.
    pub causes: Vec<String>,
    /// Where, if it is known: a panic knows its place.
    pub location: Option<Location>,
}

/// An error can be its own source, and a run must not end by that.
const MOST_CAUSES: usize = 64;

impl Problem {
    pub(crate) fn new(stage: Stage, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            stage,
            kind,
            message: message.into(),
            causes: Vec::new(),
            location: None,
        }
    }

    pub(crate) fn error(message: String, causes: Vec<String>) -> Self {
        Self {
            causes,
            ..Self::new(Stage::Main, ProblemKind::Error, message)
        }
    }

    /// Keeps the messages of an error and of its chain of sources.
    pub(crate) fn from_error(error: &(dyn Error + 'static)) -> Self {
        let mut causes = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            if causes.len() == MOST_CAUSES {
                causes.push("… and so on".to_owned());
                break;
            }
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self::error(error.to_string(), causes)
    }

    pub(crate) fn in_stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ProblemKind::Panic => write!(f, "{} panicked", self.stage)?,
            ProblemKind::TimedOut(limit) => write!(f, "timed out after {limit:?}")?,
            ProblemKind::Error => write!(f, "{} failed", self.stage)?,
            ProblemKind::InvalidReturn => write!(f, "{} returned no valid answer", self.stage)?,
            ProblemKind::Unmet => write!(f, "{} not met", self.stage)?,
            ProblemKind::Interrupted => f.write_str("interrupted")?,
            ProblemKind::Crashed => write!(f, "{} crashed", self.stage)?,
        }
        if let Some(location) = &self.location {
            write!(f, " at {location}")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        for cause in &self.causes {
            write!(f, "\n  caused by: {cause}")?;
        }
        Ok(())
    }
}

/// What a panic said, if it said it in words.
pub(crate) fn panic_text<'a>(payload: &'a (dyn Any + 'static)) -> &'a str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is no text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct ItsOwnSource;

    impl fmt::Display for ItsOwnSource {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("again")
        }
    }

    impl Error for ItsOwnSource {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&Self)
        }
    }

    #[test]
    fn a_chain_of_sources_without_an_end_is_cut() {
        let causes = Problem::from_error(&ItsOwnSource).causes;
        assert_eq!(causes.len(), MOST_CAUSES + 1);
        assert_eq!(causes[MOST_CAUSES - 1..], ["again", "… and so on"]);
    }
}
