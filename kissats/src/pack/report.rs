//! From an outcome to what a report function is told.

use std::time::Duration;

use crate::model::{Outcome, ReportMetadata, ReportRecord, SubResult, TaskResult, Verdict};
use crate::queue::QueuedTask;

/// The records of one task: its sub-results in order, then itself.
pub(super) fn records(entry: &QueuedTask, outcome: &Outcome) -> Vec<ReportRecord> {
    let spec = entry.spec();
    let mut own = ReportRecord::new(entry.name().as_str(), Verdict::from(outcome.result()));
    own.description.clone_from(&spec.description);
    own.metadata.extra.clone_from(&spec.extra_metadata);
    let Some(last) = outcome.attempts().last() else {
        own.metadata.message = outcome.to_string();
        return vec![own];
    };
    own.metadata.message = message(last);
    own.metadata.extra.extend(last.answer.metadata.clone());
    own.extra.clone_from(&last.answer.extra);
    if let Some(problem) = &last.problem {
        let details = problem.to_string().into();
        let extra = &mut own.metadata.extra;
        extra.insert("exception_details".to_owned(), details);
    }
    let run_time: Duration = outcome
        .attempts()
        .iter()
        .map(|attempt| attempt.run_time)
        .sum();
    let mut records: Vec<ReportRecord> = last.answer.multi_result.iter().map(part).collect();
    records.push(own.with_times(run_time, spec.est_task_time));
    for record in &mut records {
        forget_times(&mut record.metadata);
    }
    records
}

/// The task's own words, or else what broke it.
fn message(result: &TaskResult) -> String {
    match &result.problem {
        Some(problem) if result.answer.message.is_empty() => problem.to_string(),
        _ => result.answer.message.clone(),
    }
}

fn part(part: &SubResult) -> ReportRecord {
    let mut record = ReportRecord::new(part.name.as_str(), part.verdict.clone());
    record.description.clone_from(&part.description);
    record.metadata.message.clone_from(&part.message);
    record.metadata.extra.clone_from(&part.metadata);
    record.extra.clone_from(&part.extra);
    record
}

/// Times are measured: what a task says of them itself does not count.
fn forget_times(metadata: &mut ReportMetadata) {
    for key in ["run_time", "est_task_time", "run_time_delta"] {
        metadata.extra.remove(key);
    }
}
