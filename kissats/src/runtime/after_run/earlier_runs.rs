//! What earlier runs have left to be done and to be said.

use std::fs::TryLockError;
use std::io;
use std::path::Path;

use crate::runtime::after_run::Runner;
use crate::runtime::after_run::watcher::start;
use crate::runtime::say;
use crate::shared_run::{Dues, RunFolder};

/// Runs what earlier runs owe, waits for those that are just being torn down, and says what went wrong. What
/// has failed is run once more, and no more than that: something is wrong then that a run cannot put right.
/// `run` is the folder of the run that begins, whether or not it exists.
pub(crate) fn settle_earlier_runs(run: &Path) {
    let others = RunFolder::others(run);
    for other in &others {
        let dues = Dues::of(other);
        let failed = dues.failed();
        tell(&dues, &[]);
        for binary in dues.binaries() {
            settle(other, &dues, &binary);
        }
        tell(&dues, &failed);
    }
    RunFolder::prune(&others, |run| !Dues::of(run).is_empty());
}

/// Says what came of teardowns, of those that had failed before in any case.
fn tell(dues: &Dues, had_failed: &[String]) {
    for report in dues.take_reports() {
        let task = &report.task;
        match report.problem {
            Some(problem) => say(&format!(
                "after the run before, the teardown {task} ended as {}: {problem}",
                report.outcome
            )),
            None if had_failed.contains(task) => {
                say(&format!(
                    "the teardown {task} has ended as {} now",
                    report.outcome
                ));
            }
            None => {}
        }
    }
}

fn settle(run: &Path, dues: &Dues, binary: &str) {
    let Some(order) = dues.order(binary) else {
        say(&format!(
            "{}: nobody knows how to tear down what `{binary}` has set up",
            run.display()
        ));
        dues.give_up(&dues.of_binary(binary));
        return;
    };
    // Another run goes on beside this one.
    if Runner::from(order.runner).is_alive() {
        return;
    }
    let mut had_failed = Vec::new();
    let done = dues.watch(binary).and_then(|lock| {
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say("an earlier run is just being torn down; this one waits for that");
                lock.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let due = dues.of_binary(binary);
        if due.is_empty() {
            return Ok(());
        }
        had_failed = dues.failed();
        say(if due.iter().all(|task| had_failed.contains(task)) {
            "a teardown of an earlier run has failed; it is run once more now"
        } else {
            "an earlier run was not torn down; that is done now"
        });
        start(run, binary, &order, lock)?.wait().map(drop)
    });
    // What has failed just now stays, for the next run.
    let mut failed_now = dues.failed();
    failed_now.retain(|task| !had_failed.contains(task));
    let mut left = dues.of_binary(binary);
    left.retain(|task| !failed_now.contains(task));
    if left.is_empty() {
        return;
    }
    dues.give_up(&left);
    let left = left.join(", ");
    let why = match done {
        Ok(()) => "the program did not run it".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "the program is gone".to_owned(),
        Err(error) => error.to_string(),
    };
    let program = order.program.display();
    say(&format!(
        "an earlier run was not torn down: {left}, by {program}: {why}; it will not be tried again"
    ));
}
