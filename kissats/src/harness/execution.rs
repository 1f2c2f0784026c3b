//! A run, and what is shown of it.

use std::io::BufWriter;
use std::process::ExitCode;
use std::sync::Arc;

use crate::ats::AtsClient;
use crate::engine::{Capacities, Policy};
use crate::harness::needed::Needed;
use crate::harness::reporter::{Kept, Reporter};
use crate::harness::settings::Settings;
use crate::model::Clock;
use crate::model::{SharedParams, StopCause};
use crate::plan::{Catalog, RunPlan, Selection, shown_name};
use crate::report::{ReportFormat, Shown};
use crate::runtime::{
    FAILED, Finished, Interrupts, Run, RunInProgress, RunObserver, Sharing, SystemClock, say,
    stderr, stdout,
};
use crate::schedule::PlanBudget;
use crate::shared_run::Member;

/// The rules of the run.
pub(super) fn policy_of(settings: &Settings, capacities: Capacities, is_shared: bool) -> Policy {
    let policy = Policy::default();
    Policy {
        valid_results: settings.valid_results.value.clone(),
        fail_fast: settings.fail_fast.value,
        run_mode: settings.run_mode,
        thread_limit: settings.thread_limit,
        process_limit: settings.process_limit,
        fresh_process: settings.fresh_process,
        capacities,
        resource_mode: settings.resource_mode.value,
        is_shared,
        global_timeout: settings.global_timeout,
        is_shuffled: settings.shuffle,
        plan_budget: PlanBudget {
            starts: settings.plan_starts.unwrap_or(policy.plan_budget.starts),
            seed: settings.seed.unwrap_or(policy.plan_budget.seed),
            ..policy.plan_budget
        },
        ..policy
    }
}

/// Runs the plan, shows what was asked for and what that needed.
pub(super) fn execute(
    settings: Settings,
    plan: RunPlan,
    (client, policy): (Arc<dyn AtsClient>, Policy),
    clock: Arc<dyn Clock>,
    member: Option<Member>,
    reporter: Reporter,
) -> ExitCode {
    let is_shared = member.is_some();
    let sharing = member.map(|member| Box::new(Sharing::new(Arc::new(member), &plan)));
    let run = Run {
        plan,
        policy,
        params: Arc::new(SharedParams::new(settings.params.clone())),
        client,
        lender: None,
        clock,
        capture: settings.capture,
        observer: reporter,
        sharing,
    };
    #[cfg(any(feature = "log", feature = "tracing"))]
    crate::runtime::record_logs();
    let interrupts = Interrupts::install();
    let run = RunInProgress::new(run, &interrupts);
    let Some(finished) = run.finish(&interrupts) else {
        return ExitCode::from(FAILED);
    };
    let Finished {
        observer: mut reporter,
        plan,
        end,
    } = finished;
    reporter.conclude(&plan);
    let mut needed = Needed::default();
    for (step, task) in plan.steps().filter(|(_, task)| !task.selected) {
        let (shown, kept) = (task.shown_name(), reporter.kept.remove(&step));
        if let Some(Kept { outcome, .. }) = &kept {
            let successes = &mut reporter.successes;
            successes.add(|| format!("needed {shown}"), outcome);
        }
        needed.add(shown, kept);
    }
    // A closed stdout has ended the run before.
    let out = match settings.output.format {
        ReportFormat::Json => stderr(),
        ReportFormat::Pretty | ReportFormat::Terse => stdout(),
    };
    let _ = reporter.successes.write(BufWriter::new(out));
    // A closed stderr is no reason to fail.
    let _ = needed.report(stderr(), settings.capture, is_shared);
    let _ = reporter.remarks.write(stderr());
    let timed_out = end.as_ref().is_some_and(|end| end.timed_out);
    if let Some(limit) = settings.global_timeout.filter(|_| timed_out) {
        say(&StopCause::TimedOut(limit).to_string());
    }
    if let Some(summary) = &reporter.remarks.summary {
        say(&summary.to_string());
    }
    let well = reporter.is_well()
        && !needed.has_failed()
        && end.is_some_and(|end| !end.interrupted)
        && !timed_out;
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    }
}

/// The names of those that are not meant to run, and what is shown of them.
pub(super) fn ignored(catalog: &Catalog, selection: &Selection) -> Vec<(String, Shown)> {
    let ignored = selection.tasks.iter().filter_map(|&id| {
        let reason = selection.ignored(id)?.to_string();
        Some((shown_name(catalog, id), Shown::ignored_for(&reason)))
    });
    ignored.collect()
}

/// Shows all tasks as ignored, as libtest does with tests where benchmarks were asked for.
pub(super) fn no_benchmarks(
    settings: &Settings,
    catalog: &Catalog,
    selection: &Selection,
) -> Result<ExitCode, Vec<String>> {
    let printer = settings.output.printer().map_err(|mistake| vec![mistake])?;
    let tasks = selection.tasks.iter();
    let tasks = tasks.map(|&id| (shown_name(catalog, id), Shown::Ignored(None)));
    let clock = Arc::new(SystemClock::start());
    let mut reporter = Reporter::new(
        printer,
        settings,
        clock,
        tasks.collect(),
        selection.filtered_out,
    );
    let plan = RunPlan::default();
    reporter.begins(&plan);
    reporter.conclude(&plan);
    Ok(match reporter.is_well() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(FAILED),
    })
}
