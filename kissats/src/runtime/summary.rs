//! The last line of a run: how long it took, and how long it was thought to take.

use std::fmt;
use std::time::Duration;

use crate::model::Outcome;

/// Sums over the tasks that ran.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Summary {
    tasks: u32,
    run_time: Duration,
    est_task_time: Duration,
}

impl Summary {
    /// Counts a task, all its attempts together. One that never ran took no time and counts for nothing.
    pub(crate) fn add(&mut self, outcome: &Outcome, est_task_time: Duration) {
        let attempts = outcome.attempts();
        if attempts.is_empty() {
            return;
        }
        self.tasks += 1;
        let run_time = attempts.iter().map(|attempt| attempt.run_time).sum();
        self.run_time = self.run_time.saturating_add(run_time);
        self.est_task_time = self.est_task_time.saturating_add(est_task_time);
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (run, estimated) = (
            self.run_time.as_secs_f64(),
            self.est_task_time.as_secs_f64(),
        );
        let mean = (estimated - run) / f64::from(self.tasks.max(1));
        let than = if mean < 0.0 { "slower" } else { "faster" };
        write!(
            f,
            "{} task(s) ran for {run:.2} s, estimated {estimated:.2} s; on average {:.2} s {than} than estimated",
            self.tasks,
            mean.abs()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{StopCause, TaskResult, TaskReturn};

    #[test]
    fn the_mean_is_a_mean_over_what_ran() {
        let ran = |seconds: &[u64]| {
            let attempts = seconds.iter().map(|seconds| {
                TaskResult::new(TaskReturn::passed(), Duration::from_secs(*seconds))
            });
            Outcome::Passed(attempts.collect())
        };
        let mut summary = Summary::default();
        let none =
            "0 task(s) ran for 0.00 s, estimated 0.00 s; on average 0.00 s faster than estimated";
        assert_eq!(summary.to_string(), none);
        summary.add(
            &Outcome::NotRun(StopCause::Interrupted),
            Duration::from_secs(9),
        );
        assert_eq!(summary.to_string(), none);
        summary.add(&ran(&[2]), Duration::from_secs(5));
        summary.add(&ran(&[1]), Duration::from_secs(2));
        summary.add(&ran(&[6, 6]), Duration::from_secs(5));
        assert_eq!(
            summary.to_string(),
            "3 task(s) ran for 15.00 s, estimated 12.00 s; on average 1.00 s slower than estimated"
        );
    }
}
