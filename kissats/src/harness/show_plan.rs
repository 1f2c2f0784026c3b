//! `--plan`: what would run, in which order, and how long it is expected to take.

use std::io::{self, Write};
use std::time::Duration;

use crate::engine::{Engine, ExpectedRun, Policy, RunLimit};
use crate::plan::{Catalog, RunPlan, Step, shown_name};

/// One row: a step of the run.
struct Row {
    shown: String,
    estimate: Duration,
}

/// Writes the steps in the order in which they are expected to start, and what is expected of the run.
pub(super) fn show_plan(
    catalog: &Catalog,
    plan: RunPlan,
    policy: Policy,
    mut out: impl Write,
) -> io::Result<()> {
    let rows = plan.steps().map(|(_, task)| {
        let needed = if task.selected { "" } else { "needed " };
        Row {
            shown: format!("{needed}{}", shown_name(catalog, task.id)),
            estimate: task.task.est_task_time(),
        }
    });
    let rows: Vec<Row> = rows.collect();
    let engine = Engine::new(plan, policy);
    let expected = engine.expected();
    let listed: Vec<Step> = (0..rows.len()).map(Step::new).collect();
    let order = expected.map_or(&listed, |expected| &expected.order);
    writeln!(out, "{:>5}  {:>11}  task", "start", "estimate")?;
    for (place, step) in (1..).zip(order) {
        let Row { shown, estimate } = &rows[step.position()];
        writeln!(
            out,
            "{place:>5}  {:>9.2} s  {shown}",
            estimate.as_secs_f64()
        )?;
    }
    writeln!(out)?;
    match expected {
        Some(expected) => write_expected(expected, out),
        None => {
            let estimates = rows.iter().map(|row| row.estimate);
            let work = estimates.fold(Duration::ZERO, Duration::saturating_add);
            let how = if engine.is_parallel() {
                "beside each other, in an order that was not planned"
            } else {
                "one at a time"
            };
            let (count, work) = (rows.len(), work.as_secs_f64());
            writeln!(out, "{count} task(s), {work:.2} s of work, {how}")
        }
    }
}

fn write_expected(expected: &ExpectedRun, mut out: impl Write) -> io::Result<()> {
    let seconds = |span: Duration| span.as_secs_f64();
    writeln!(out, "expected time  {:>9.2} s", seconds(expected.makespan))?;
    writeln!(
        out,
        "lower bound    {:>9.2} s  no order is shorter",
        seconds(expected.lower_bound)
    )?;
    writeln!(out, "gap            {:>9.2} %", expected.gap() * 100.0)?;
    writeln!(out, "limit          {}", limit(&expected.limit))
}

/// What would have to change before the run can be shorter than the bound.
fn limit(limit: &RunLimit) -> String {
    match limit {
        RunLimit::CriticalPath => "the longest chain of tasks that wait for each other".to_owned(),
        RunLimit::Workers => "the number of workers".to_owned(),
        RunLimit::MainWorker => "tasks that are not `thread_safe`: one at a time".to_owned(),
        RunLimit::TiedTasks => "tasks that `prereq_same_thread` ties to one worker".to_owned(),
        RunLimit::Resource(name) => format!("the resource `{name}`"),
        RunLimit::Conflicts => "tasks that exclude each other by what they need".to_owned(),
    }
}
