//! The end of an attempt on the line.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{Location, Problem, ProblemKind, Stage, TaskResult, TaskReturn, Verdict};
use crate::wire::WireError;

/// What an attempt came to, and what it changed. What is not said is as usual: most tasks pass, and each
/// letter takes time of one that may have a process of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ResultMessage {
    /// The task's answer as a document.
    answer: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemMessage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    main_verdict: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    teardown_problem: Option<ProblemMessage>,
    run_time: Duration,
    /// The parameters of the run that the task has changed.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) changed: Map<String, Value>,
    /// Whether a task has left something that the next in this process would notice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) worn: bool,
}

impl ResultMessage {
    pub(crate) fn new(result: &TaskResult, changed: Map<String, Value>, worn: bool) -> Self {
        Self {
            answer: result.answer.to_document(),
            problem: result.problem.as_ref().map(ProblemMessage::from),
            main_verdict: result.main_verdict.as_ref().map(Verdict::to_string),
            teardown_problem: result.teardown_problem.as_ref().map(ProblemMessage::from),
            run_time: result.run_time,
            changed,
            worn,
        }
    }
}

impl TryFrom<ResultMessage> for TaskResult {
    type Error = WireError;

    fn try_from(message: ResultMessage) -> Result<Self, WireError> {
        let answer =
            TaskReturn::from_document(message.answer).map_err(|errors| WireError::Value {
                expected: "the answer of a task",
                found: errors.to_string(),
            })?;
        let mut result = Self::new(answer, message.run_time);
        result.problem = message.problem.map(Problem::from);
        result.main_verdict = message.main_verdict.as_deref().map(Verdict::from);
        result.teardown_problem = message.teardown_problem.map(Problem::from);
        Ok(result)
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ProblemMessage {
    stage: StageWord,
    kind: KindWord,
    message: String,
    causes: Vec<String>,
    location: Option<(String, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StageWord {
    Resources,
    Requirements,
    Setup,
    Main,
    Teardown,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindWord {
    Error,
    Panic,
    TimedOut(Duration),
    InvalidReturn,
    Unmet,
    Interrupted,
    Crashed,
}

impl From<&Problem> for ProblemMessage {
    fn from(problem: &Problem) -> Self {
        Self {
            stage: match problem.stage {
                Stage::Resources => StageWord::Resources,
                Stage::Requirements => StageWord::Requirements,
                Stage::Setup => StageWord::Setup,
                Stage::Main => StageWord::Main,
                Stage::Teardown => StageWord::Teardown,
            },
            kind: match problem.kind {
                ProblemKind::Error => KindWord::Error,
                ProblemKind::Panic => KindWord::Panic,
                ProblemKind::TimedOut(limit) => KindWord::TimedOut(limit),
                ProblemKind::InvalidReturn => KindWord::InvalidReturn,
                ProblemKind::Unmet => KindWord::Unmet,
                ProblemKind::Interrupted => KindWord::Interrupted,
                ProblemKind::Crashed => KindWord::Crashed,
            },
            message: problem.message.clone(),
            causes: problem.causes.clone(),
            location: problem
                .location
                .as_ref()
                .map(|place| (place.file().to_owned(), place.line())),
        }
    }
}

impl From<ProblemMessage> for Problem {
    fn from(message: ProblemMessage) -> Self {
        let stage = match message.stage {
            StageWord::Resources => Stage::Resources,
            StageWord::Requirements => Stage::Requirements,
            StageWord::Setup => Stage::Setup,
            StageWord::Main => Stage::Main,
            StageWord::Teardown => Stage::Teardown,
        };
        let kind = match message.kind {
            KindWord::Error => ProblemKind::Error,
            KindWord::Panic => ProblemKind::Panic,
            KindWord::TimedOut(limit) => ProblemKind::TimedOut(limit),
            KindWord::InvalidReturn => ProblemKind::InvalidReturn,
            KindWord::Unmet => ProblemKind::Unmet,
            KindWord::Interrupted => ProblemKind::Interrupted,
            KindWord::Crashed => ProblemKind::Crashed,
        };
        let location = message
            .location
            .map(|(file, line)| Location::new(file, line));
        Self {
            causes: message.causes,
            location,
            ..Self::new(stage, kind, message.message)
        }
    }
}
