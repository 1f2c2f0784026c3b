//! The life of one task: requirement check, setup, main, teardown.

use crate::model::{
    Clock, LoadedTask, Problem, ProblemKind, Stage, TaskContext, TaskResult, TaskReturn, Verdict,
};
use crate::runtime::panic_record;

/// Runs one attempt of `task`. Nothing a task does escapes from here.
pub(super) fn run(task: &LoadedTask, cx: &TaskContext, clock: &dyn Clock) -> TaskResult {
    let started = clock.now();
    let (answer, teardown_is_due) = body(task, cx);
    let broken_teardown = if teardown_is_due {
        tear_down(task, cx)
    } else {
        None
    };
    let result = TaskResult::new(answer, clock.now().since(started));
    match broken_teardown {
        Some(problem) => result.with_broken_teardown(problem),
        None => result,
    }
}

/// The answer of the task, and whether its teardown is due.
///
/// Teardown runs after main returned, whatever it returned; after an error only with `always_teardown`.
fn body(task: &LoadedTask, cx: &TaskContext) -> (TaskReturn, bool) {
    if let Some(problem) = missing_keys(task, cx) {
        return (TaskReturn::broken(problem), false);
    }
    let always = task.spec.always_teardown;
    let setup = stage(task, Stage::Setup, cx);
    // A set-up that does not succeed speaks for the task: it may fail it, or skip it.
    if !matches!(setup.verdict, Verdict::Passed | Verdict::Completed) {
        return (setup, always);
    }
    let answer = stage(task, Stage::Main, cx);
    let teardown_is_due = answer.problem.is_none() || always;
    (answer, teardown_is_due)
}

fn tear_down(task: &LoadedTask, cx: &TaskContext) -> Option<Problem> {
    let answer = stage(task, Stage::Teardown, cx);
    match answer.verdict {
        Verdict::Passed | Verdict::Completed | Verdict::Skipped => None,
        verdict => Some(answer.problem.unwrap_or_else(|| {
            let message = format!("it returned {verdict}: {}", answer.message);
            Problem::new(Stage::Teardown, ProblemKind::Error, message)
        })),
    }
}

fn missing_keys(task: &LoadedTask, cx: &TaskContext) -> Option<Problem> {
    let missing: Vec<&str> = task
        .spec
        .req_param_keys
        .iter()
        .map(String::as_str)
        .filter(|key| !cx.params().has(key))
        .collect();
    let first = missing.first()?;
    let message = format!(
        "the task needs the parameter{} {}; give it with `--param {first}=VALUE`",
        if missing.len() == 1 { "" } else { "s" },
        missing
            .iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(", "),
    );
    Some(Problem::new(
        Stage::Requirements,
        ProblemKind::Unmet,
        message,
    ))
}

fn stage(task: &LoadedTask, stage: Stage, cx: &TaskContext) -> TaskReturn {
    panic_record::catch(stage, || task.bodies.run(stage, cx))
        .and_then(|answer| checked(answer, stage))
        .unwrap_or_else(TaskReturn::broken)
}

/// An answer that is none is a problem of the task.
fn checked(mut answer: TaskReturn, stage: Stage) -> Result<TaskReturn, Problem> {
    answer.problem = answer.problem.map(|problem| problem.in_stage(stage));
    let invalid = |message| Err(Problem::new(stage, ProblemKind::InvalidReturn, message));
    if answer.verdict.as_str().is_empty() {
        return invalid(
            "the verdict is an empty word; use one of `Verdict`, or a word of your own",
        );
    }
    if answer
        .multi_result
        .iter()
        .any(|sub| sub.name.is_empty() || sub.verdict.as_str().is_empty())
    {
        return invalid("a sub-result has an empty name or an empty verdict");
    }
    Ok(answer)
}
