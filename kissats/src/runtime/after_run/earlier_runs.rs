//! What earlier runs have left to be done and to be said.

use std::fs::TryLockError;
use std::io;
use std::path::Path;

use crate::runtime::after_run::Runner;
use crate::runtime::after_run::watcher::start;
use crate::runtime::say;
use crate::shared_run::{Dues, RunFolder};

/// Runs what earlier runs owe, waits for those that are just being torn down, and says what went wrong.
/// `run` is the folder of the run that begins, whether or not it exists.
pub(crate) fn settle_earlier_runs(run: &Path) {
    let others = RunFolder::others(run);
    for other in &others {
        let dues = Dues::of(other);
        for binary in dues.binaries() {
            settle(other, &dues, &binary);
        }
        for report in dues.take_reports() {
            if let Some(problem) = report.problem {
                say(&format!(
                    "after the run before, the teardown {} ended as {}: {problem}",
                    report.task, report.outcome
                ));
            }
        }
    }
    RunFolder::prune(&others, |run| !Dues::of(run).is_empty());
}

fn settle(run: &Path, dues: &Dues, binary: &str) {
    let Some(order) = dues.order(binary) else {
        say(&format!(
            "{}: nobody knows how to tear down what `{binary}` has set up",
            run.display()
        ));
        dues.give_up(binary);
        return;
    };
    // Another run goes on beside this one.
    if Runner::from(order.runner).is_alive() {
        return;
    }
    let done = dues.watch(binary).and_then(|lock| {
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say("an earlier run is just being torn down; this one waits for that");
                lock.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if dues.of_binary(binary).is_empty() {
            return Ok(());
        }
        say("an earlier run was not torn down; that is done now");
        start(run, binary, &order, lock)?.wait().map(drop)
    });
    let left = dues.of_binary(binary);
    if left.is_empty() {
        return;
    }
    let left = left.into_iter().collect::<Vec<_>>().join(", ");
    let why = match done {
        Ok(()) => "the program did not run it".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "the program is gone".to_owned(),
        Err(error) => error.to_string(),
    };
    let program = order.program.display();
    say(&format!(
        "an earlier run was not torn down: {left}, by {program}: {why}; it will not be tried again"
    ));
    dues.give_up(binary);
}
