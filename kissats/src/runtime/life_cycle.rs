//! The life of one task: requirement check, setup, main, teardown.

use std::sync::Arc;

use crate::model::{
    Bodies, Clock, LoadedTask, Problem, ProblemKind, Stage, TaskContext, TaskName, TaskResult,
    TaskReturn, Verdict,
};
use crate::runtime::current_task::CurrentTask;
use crate::runtime::panic_record;

/// Runs one attempt of `task`, which is shown as `name`. Nothing a task does escapes from here.
pub(super) fn run(
    name: &TaskName,
    task: &LoadedTask,
    cx: &TaskContext,
    clock: &dyn Clock,
) -> TaskResult {
    let started = clock.now();
    let bodies = task.bodies();
    let (answer, teardown_is_due) = body(name, task, &bodies, cx);
    let broken_teardown = if teardown_is_due && bodies.has(Stage::Teardown) {
        tear_down(name, &bodies, cx)
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
fn body(
    name: &TaskName,
    task: &LoadedTask,
    bodies: &Bodies,
    cx: &TaskContext,
) -> (TaskReturn, bool) {
    if task.requires_params()
        && let Some(problem) = missing_keys(cx)
    {
        return (TaskReturn::broken(problem), false);
    }
    let always = task.always_teardown();
    if bodies.has(Stage::Setup) {
        let setup = stage(name, bodies, Stage::Setup, cx);
        // A set-up that does not succeed speaks for the task: it may fail it, or skip it.
        if !matches!(setup.verdict, Verdict::Passed | Verdict::Completed) {
            return (setup, always);
        }
    }
    let answer = stage(name, bodies, Stage::Main, cx);
    let teardown_is_due = answer.problem.is_none() || always;
    (answer, teardown_is_due)
}

fn tear_down(name: &TaskName, bodies: &Bodies, cx: &TaskContext) -> Option<Problem> {
    let answer = stage(name, bodies, Stage::Teardown, cx);
    match answer.verdict {
        Verdict::Passed | Verdict::Completed | Verdict::Skipped => None,
        verdict => Some(answer.problem.unwrap_or_else(|| {
            let message = format!("it returned {verdict}: {}", answer.message);
            Problem::new(Stage::Teardown, ProblemKind::Error, message)
        })),
    }
}

fn missing_keys(cx: &TaskContext) -> Option<Problem> {
    let missing = cx.spec().missing_keys(cx.params());
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

fn stage(name: &TaskName, bodies: &Bodies, stage: Stage, cx: &TaskContext) -> TaskReturn {
    let current = CurrentTask {
        name: name.clone(),
        log: Arc::clone(cx.log()),
    };
    panic_record::catch(current, stage, || bodies.run(stage, cx))
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

#[cfg(test)]
mod tests {
    use std::panic::{panic_any, resume_unwind};

    use super::*;
    use crate::model::{
        KeptLog, Location, PackName, ResolvedTask, SharedParams, TaskBody, TaskMain, TaskSpec,
    };
    use crate::runtime::SystemClock;

    fn outcome_of(main: TaskBody) -> TaskResult {
        let spec = Arc::new(TaskSpec::new(TaskName::new("t").unwrap()));
        let task = ResolvedTask {
            pack: PackName::new("pack").unwrap(),
            path: "pack::t",
            declared_at: Location::new("src/lib.rs", 1),
            spec: Arc::clone(&spec),
            says_what_it_stops: false,
            bodies: Bodies::Functions {
                main: TaskMain::Body(main),
                setup: None,
                teardown: None,
            },
        };
        let cx = TaskContext::new(
            spec,
            Arc::new(SharedParams::default()),
            Arc::new([]),
            1,
            None,
            Arc::new(KeptLog::default()),
        );
        let name = task.spec.name().clone();
        let task = LoadedTask::Resolved(Arc::new(task));
        run(&name, &task, &cx, &SystemClock::start())
    }

    fn problem_of(main: TaskBody) -> Problem {
        outcome_of(main).problem.expect("the task breaks")
    }

    #[test]
    fn a_panic_keeps_its_words_and_its_place() {
        let problem = problem_of(|_| panic!("the {} sticks", "relay"));
        assert_eq!(problem.message, "the relay sticks");
        assert!(
            problem
                .location
                .unwrap()
                .to_string()
                .contains("life_cycle.rs:")
        );
    }

    #[test]
    fn a_panic_that_was_passed_on_is_not_mistaken_for_one_that_was_handled() {
        let problem = problem_of(|_| {
            let _ = std::panic::catch_unwind(|| panic!("harmless"));
            resume_unwind(Box::new("the real reason"))
        });
        assert_eq!(problem.message, "the real reason");
        assert_eq!(problem.location, None);
    }

    #[test]
    fn a_panic_whose_payload_panics_when_dropped_is_caught_too() {
        struct Bad;
        impl Drop for Bad {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        let problem = problem_of(|_| panic_any(Bad));
        assert_eq!(problem.message, "a value that is no text");
    }
}
