//! A run that can be ended by another thread than the one that carries it on.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use crate::plan::RunPlan;
use crate::runtime::Interrupts;
use crate::runtime::run::{Begins, Loop, Run, RunEnd, RunObserver};

/// A run on the thread of whoever carries it on: the main worker. It is not locked while a body runs, so that
/// it can be ended although the body hangs.
pub(crate) struct RunInProgress<O>(Mutex<Option<Loop<O>>>);

/// A run that may have to be ended by another thread than its main worker.
pub(super) trait MayHang: Send + Sync {
    /// Ends a run that was interrupted twice.
    ///
    /// If its main worker is stuck in a body, everything that the run holds is given back, and `end_process`
    /// is called with words about what becomes of the tasks: it must not come back. Otherwise the main
    /// worker ends the run itself.
    fn abandon(&self, end_process: Box<dyn FnOnce(&str) + '_>);
}

/// What is left of a run that is over.
#[derive(Debug)]
pub(crate) struct Finished<O> {
    pub(crate) observer: O,
    pub(crate) plan: RunPlan,
    /// `None` if kissats itself broke.
    pub(crate) end: Option<RunEnd>,
}

impl<O: RunObserver + Send + 'static> RunInProgress<O> {
    /// A run that `interrupts` are told to.
    pub(crate) fn new(run: Run<O>, interrupts: &Interrupts) -> Arc<Self> {
        let mut run = Loop::new(run);
        run.heed(interrupts);
        let run = Arc::new(Self(Mutex::new(Some(run))));
        interrupts.may_abandon(Arc::clone(&run) as Arc<dyn MayHang>);
        run
    }

    /// Goes on to the end; `None` if the run was abandoned.
    pub(crate) fn finish(&self, interrupts: &Interrupts) -> Option<Finished<O>> {
        // It would have been said on stderr that kissats broke.
        let _ = catch_unwind(AssertUnwindSafe(|| self.go_on(interrupts)));
        let (run, is_sound) = match self.0.lock() {
            Ok(mut run) => (run.take(), true),
            Err(broken) => (broken.into_inner().take(), false),
        };
        let (observer, plan, end) = run?.end();
        Some(Finished {
            observer,
            plan,
            end: is_sound.then_some(end),
        })
    }

    /// The caller is the main worker. `None` if the run is gone.
    fn go_on(&self, interrupts: &Interrupts) -> Option<()> {
        let mut guard = self.0.lock().ok()?;
        loop {
            let run = guard.as_mut()?;
            if run.begins == Begins::All && !run.observer.is_heard() {
                // It ends as Ctrl-C would have it: in order.
                run.begins = Begins::Teardowns;
                drop(guard);
                interrupts.interrupt();
                guard = self.0.lock().ok()?;
                continue;
            }
            if run.is_over() {
                return Some(());
            }
            if let Some(job) = run.step() {
                drop(guard);
                let ended = job.run_here();
                guard = self.0.lock().ok()?;
                guard.as_mut()?.has_run(ended);
            }
        }
    }
}

impl<O: RunObserver + Send> MayHang for RunInProgress<O> {
    fn abandon(&self, end_process: Box<dyn FnOnce(&str) + '_>) {
        let Ok(mut guard) = self.0.lock() else {
            return;
        };
        let Some(run) = guard.as_mut() else { return };
        run.begins = Begins::None;
        if !run.is_at_work() {
            return;
        }
        run.observer.given_up();
        while !run.is_over() {
            // The interrupts are in its mail: it waits for nothing, and nothing begins.
            drop(run.step());
        }
        let mut told = run.observer.untold();
        if let Some((name, output)) = run.unfinished_output() {
            let _ = write!(told, "\n---- {name} ----\n{output}");
        }
        // What it holds for all its tasks goes with it. The lock stays, so the main worker does too.
        *guard = None;
        end_process(&told);
    }
}
