//! Trials as views: a trial waits for the outcome of its task, it never runs it.

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::harness::views::{Views, ignored};
use crate::model::IgnoreReason;
use crate::plan::Step;

/// A task of the plan.
pub(super) fn of_step(shown: String, step: Step, views: Arc<Views>) -> Trial {
    Trial::ignorable_test(shown, move || views.view(step))
}

/// A task that is not meant to run here.
pub(super) fn of_ignored(shown: String, reason: &IgnoreReason) -> Trial {
    let reason = reason.to_string();
    Trial::ignorable_test(shown, move || Ok(ignored(&reason)))
}

/// A task where benchmarks were asked for.
pub(super) fn of_test_among_benchmarks(shown: String) -> Trial {
    Trial::test(shown, || Ok(()))
}

/// A task that was not selected: `libtest-mimic` counts what it filters out itself, and nothing else.
///
/// The cheapest filter is that of `--ignored`: it compares no names, and names cost memory.
pub(super) fn of_filtered_out() -> Trial {
    Trial::test(String::new(), || Ok(()))
}

/// A trial that passes the filter which [`of_filtered_out`] is for. It runs all the same.
pub(super) fn shown_among_filtered(trial: Trial) -> Trial {
    trial.with_ignored_flag(true)
}
