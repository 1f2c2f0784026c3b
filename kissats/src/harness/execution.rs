//! A run, and what is shown of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{FormatSetting, Trial};

use crate::ats::AtsClient;
use crate::engine::{Capacities, Policy};
use crate::harness::flaky::report_flaky;
use crate::harness::needed::Needed;
use crate::harness::settings::Settings;
use crate::harness::times::report_times;
use crate::harness::trials;
use crate::harness::views::Views;
use crate::model::{Clock, SharedParams, StopCause};
use crate::plan::{Catalog, RunPlan, Selection, Step, shown_name};
use crate::runtime::{FAILED, Interrupts, Outcomes, Run, RunInProgress, Sharing, say};
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
    catalog: Catalog,
    selection: &Selection,
    plan: RunPlan,
    (client, policy): (Arc<dyn AtsClient>, Policy),
    clock: Arc<dyn Clock>,
    member: Option<Member>,
) -> Result<ExitCode, Vec<String>> {
    let steps = plan.len();
    let mut selected: Vec<(Step, String)> = Vec::with_capacity(selection.tasks.len());
    let mut pulled_in: Vec<(Step, String)> = Vec::new();
    for (step, task) in plan.steps() {
        let shown = shown_name(&catalog, task.id);
        if task.selected {
            selected.push((step, shown));
        } else {
            pulled_in.push((step, shown));
        }
    }
    let of_ignored = |&id| {
        let reason = selection.ignored(id)?;
        Some(trials::of_ignored(shown_name(&catalog, id), reason))
    };
    let ignored: Vec<Trial> = selection.tasks.iter().filter_map(of_ignored).collect();
    // The run has all it needs of it.
    drop(catalog);
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
        observer: Outcomes::new(steps, settings.report_time),
        sharing,
    };
    #[cfg(any(feature = "log", feature = "tracing"))]
    crate::runtime::record_logs();
    let interrupts = Interrupts::install();
    let run = RunInProgress::new(run, &interrupts);
    let views = Arc::new(Views::new(
        Arc::clone(&run),
        settings.capture,
        settings.show_output,
        settings.on_blocked,
    ));
    let of_step = |(step, shown)| trials::of_step(shown, step, Arc::clone(&views));
    let shown = selected.into_iter().map(of_step).chain(ignored).collect();
    // Writing the report panics when stdout is gone. That ends the run as Ctrl-C would: in order.
    let conclusion = catch_unwind(AssertUnwindSafe(|| {
        report(&settings, shown, selection.filtered_out)
    }));
    if conclusion.is_err() {
        interrupts.interrupt();
    }
    // Teardowns that nobody selected may still have to run.
    let finished = run.finish(conclusion.is_ok());
    let mut needed = Needed::default();
    for (step, shown) in pulled_in {
        if let Some(outcome) = finished.outcome(step) {
            views.show_later(|| format!("needed {shown}"), outcome);
        }
        needed.add(shown, finished.outcome(step), finished.place(step));
    }
    let is_json = matches!(settings.output.format, Some(FormatSetting::Json));
    // Neither is a closed stdout, which has ended the run before.
    let _ = if is_json {
        views.write_successes(std::io::stderr())
    } else {
        views.write_successes(std::io::stdout())
    };
    // A closed stderr is no reason to fail.
    let _ = needed.report(std::io::stderr(), settings.capture, is_shared);
    let _ = report_flaky(&finished.flaky, std::io::stderr());
    let _ = report_times(&finished.times, std::io::stderr());
    let timed_out = finished.end.as_ref().is_some_and(|end| end.timed_out);
    if let Some(limit) = settings.global_timeout.filter(|_| timed_out) {
        say(&StopCause::TimedOut(limit).to_string());
    }
    if settings.summary.value {
        say(&finished.summary.to_string());
    }
    let well = conclusion.is_ok_and(|conclusion| !conclusion.has_failed())
        && !needed.has_failed()
        && finished.end.is_some_and(|end| !end.interrupted)
        && !timed_out;
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    })
}

/// Shows all tasks as ignored, as libtest does with tests where benchmarks were asked for.
pub(super) fn no_benchmarks(
    settings: &Settings,
    catalog: &Catalog,
    selection: &Selection,
) -> ExitCode {
    let tasks = selection.tasks.iter();
    let shown = tasks.map(|&id| trials::of_test_among_benchmarks(shown_name(catalog, id)));
    report(settings, shown.collect(), selection.filtered_out).exit_code()
}

/// Hands over to `libtest-mimic`, which prints and counts.
fn report(
    settings: &Settings,
    mut shown: Vec<Trial>,
    filtered_out: usize,
) -> libtest_mimic::Conclusion {
    let mut output = settings.output.clone();
    if filtered_out > 0 {
        output.ignored = true;
        shown = shown
            .into_iter()
            .map(trials::shown_among_filtered)
            .collect();
        shown.reserve(filtered_out);
        for _ in 0..filtered_out {
            shown.push(trials::of_filtered_out());
        }
    }
    libtest_mimic::run(&output, shown)
}
