//! One finished attempt of a task.

use std::fmt;
use std::time::Duration;

use crate::model::{CapturedOutput, Problem, ProblemKind, Stage, TaskReturn, Verdict};

/// What one attempt of a task came to.
///
/// ```
/// # use kissats::{Outcome, Verdict};
/// fn print(outcome: &Outcome) {
///     for (number, attempt) in (1..).zip(outcome.attempts()) {
///         println!("attempt {number}: {} after {:?}", attempt.verdict(), attempt.run_time);
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskResult {
    /// The task's answer; for a task that broke, one with the verdict `Exception`.
    pub answer: TaskReturn,
    /// Why it broke, if it did. The first thing that went wrong.
    pub problem: Option<Problem>,
    /// The answer of `task_main` where a later teardown broke: the original lost it.
    pub main_verdict: Option<Verdict>,
    /// Why its teardown broke, if something else had broken before.
    pub teardown_problem: Option<Problem>,
    /// What it wrote, where its run mode can tell.
    pub output: Option<Box<CapturedOutput>>,
    /// How long it ran: from the requirement check to the end of the teardown.
    pub run_time: Duration,
}

impl TaskResult {
    pub(crate) fn new(mut answer: TaskReturn, run_time: Duration) -> Self {
        let problem = answer.problem.take();
        Self {
            answer,
            problem,
            main_verdict: None,
            teardown_problem: None,
            output: None,
            run_time,
        }
    }

    pub(crate) fn broken(problem: Problem, run_time: Duration) -> Self {
        Self::new(TaskReturn::broken(problem), run_time)
    }

    /// The result word.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.answer.verdict
    }

    /// Whether the task had what it needs and began.
    pub(crate) fn began(&self) -> bool {
        let problem = self.problem.as_ref();
        problem.is_none_or(|problem| problem.stage != Stage::Resources)
    }

    /// Whether it was given up because the run was to end: that says nothing about the task.
    pub(crate) fn was_interrupted(&self) -> bool {
        let problem = self.problem.as_ref();
        problem.is_some_and(|problem| problem.kind == ProblemKind::Interrupted)
    }

    /// Lays a broken teardown over the result. What broke first stays the reason.
    pub(crate) fn with_broken_teardown(mut self, problem: Problem) -> Self {
        let problem = problem.in_stage(Stage::Teardown);
        if self.problem.is_some() {
            self.teardown_problem = Some(problem);
            return self;
        }
        self.main_verdict = Some(std::mem::replace(
            &mut self.answer.verdict,
            Verdict::Exception,
        ));
        self.problem = Some(problem);
        self
    }
}

impl fmt::Display for TaskResult {
    /// The text shown for a failed task: verdict, message, problem, sub-results.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.verdict())?;
        if let Some(problem) = &self.problem {
            write!(f, ": {problem}")?;
        }
        if !self.answer.message.is_empty() {
            write!(f, ": {}", self.answer.message)?;
        }
        if let Some(verdict) = &self.main_verdict {
            write!(f, "\n  main had returned {verdict}")?;
        }
        if let Some(problem) = &self.teardown_problem {
            write!(f, "\n  then {problem}")?;
        }
        for sub in &self.answer.multi_result {
            write!(f, "\n  {}: {}", sub.name, sub.verdict)?;
            if !sub.message.is_empty() {
                write!(f, ": {}", sub.message)?;
            }
        }
        Ok(())
    }
}
