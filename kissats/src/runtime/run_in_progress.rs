//! A run that can be ended by another thread than the one that carries it on.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError, TryLockResult, Weak};
use std::thread;
use std::time::Duration;

use crate::engine::Event;
use crate::model::Timestamp;
use crate::plan::RunPlan;
use crate::runtime::run::{Begins, Loop, Next, Run, RunEnd, RunObserver};
use crate::runtime::thread_pool::CarriesOn;
use crate::runtime::{Interrupts, Mail};

/// A run on the thread of whoever carries it on: the main worker, and beside it the threads of bodies that have
/// just ended. It is not locked while a body runs, so that it can be ended although the body hangs.
pub(crate) struct RunInProgress<O> {
    run: Mutex<Option<InProgress<O>>>,
    mail: Mail,
    /// How many threads of bodies wait to carry it on.
    waiting: AtomicU32,
}

struct InProgress<O> {
    run: Loop<O>,
    /// When the main worker will look again though it has no mail.
    looks_again: Option<Timestamp>,
}

/// A run that may have to be ended by another thread than its main worker.
pub(super) trait MayHang: Send + Sync {
    /// Ends a run that was interrupted twice.
    ///
    /// If its main worker is stuck in a body, everything that the run holds is given back, and `end_process`
    /// is called with words about that and about what becomes of the tasks: it must not come back. If it is stuck
    /// between bodies, nothing can be given back; if the run is over, nothing has to be. Otherwise the main worker ends
    /// the run itself.
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
        let mail = run.mail().clone();
        let run = Arc::new_cyclic(|this: &Weak<Self>| {
            run.carried_on_by(Weak::clone(this) as Weak<dyn CarriesOn>);
            let run = InProgress {
                run,
                looks_again: None,
            };
            Self {
                run: Mutex::new(Some(run)),
                mail,
                waiting: AtomicU32::new(0),
            }
        });
        interrupts.may_abandon(Arc::clone(&run) as Arc<dyn MayHang>);
        run
    }

    /// Goes on to the end; `None` if the run was abandoned.
    pub(crate) fn finish(&self, interrupts: &Interrupts) -> Option<Finished<O>> {
        // It would have been said on stderr that kissats broke.
        let _ = catch_unwind(AssertUnwindSafe(|| self.go_on(interrupts)));
        let (run, is_sound) = match self.run.lock() {
            Ok(mut run) => (run.take(), true),
            Err(broken) => (broken.into_inner().take(), false),
        };
        let (observer, plan, end) = run?.run.end();
        Some(Finished {
            observer,
            plan,
            end: is_sound.then_some(end),
        })
    }

    /// The caller is the main worker. `None` if the run is gone.
    fn go_on(&self, interrupts: &Interrupts) -> Option<()> {
        // A lock that is poisoned: the run broke while it was carried on.
        let mut guard = self.run.lock().ok()?;
        loop {
            let InProgress { run, looks_again } = guard.as_mut()?;
            match run.advance() {
                Next::Job(job) => {
                    drop(guard);
                    let ended = job.run_here();
                    guard = self.run.lock().ok()?;
                    guard.as_mut()?.run.has_run(ended);
                }
                // Whoever waits may as well look for a better order. Nobody waits for that.
                Next::Mail if self.waiting.load(Relaxed) == 0 && run.replan() => {}
                Next::Mail => {
                    *looks_again = run.next_wakeup();
                    let left = run.time_left();
                    drop(guard);
                    self.mail.wait(left);
                    guard = self.run.lock().ok()?;
                }
                Next::Unheard => {
                    run.end_unheard();
                    drop(guard);
                    interrupts.interrupt();
                    guard = self.run.lock().ok()?;
                }
                Next::Nothing => return Some(()),
            }
        }
    }
}

impl<O: RunObserver + Send> RunInProgress<O> {
    /// Goes on as far as it goes; whether the main worker has to look. `None` if the run is gone.
    fn go_on_from(&self, ended: Event) -> Option<bool> {
        // Who comes first takes the next task for itself; nobody has to be woken for it.
        self.waiting.fetch_add(1, Relaxed);
        let guard = self.run.lock();
        self.waiting.fetch_sub(1, Relaxed);
        let mut guard = guard.ok()?;
        let InProgress { run, looks_again } = guard.as_mut()?;
        // What has happened meanwhile comes first: after an interrupt nothing new starts.
        run.mail().put(ended);
        Some(match run.advance() {
            Next::Mail => {
                let wakeup = run.next_wakeup();
                let is_earlier = |wakeup| looks_again.is_none_or(|at| wakeup < at);
                wakeup.is_some_and(is_earlier) || run.may_replan()
            }
            // There are no workers where the main worker runs bodies itself.
            Next::Job(_) | Next::Unheard | Next::Nothing => true,
        })
    }
}

impl<O: RunObserver + Send> CarriesOn for RunInProgress<O> {
    fn carry_on(&self, ended: Event) {
        // It would have been said on stderr that kissats broke; the main worker finds that it did.
        let is_due = catch_unwind(AssertUnwindSafe(|| self.go_on_from(ended)));
        if is_due.is_ok_and(|is_due| is_due == Some(false)) {
            return;
        }
        self.mail.send(Event::Tick);
    }
}

impl<O: RunObserver + Send> MayHang for RunInProgress<O> {
    fn abandon(&self, end_process: Box<dyn FnOnce(&str) + '_>) {
        let mut guard = match self.run_soon() {
            Ok(run) => run,
            Err(TryLockError::Poisoned(_)) => return,
            Err(TryLockError::WouldBlock) => {
                return end_process(
                    "the system takes back what it held: it is stuck, not in a task, maybe at writing its report",
                );
            }
        };
        let Some(InProgress { run, .. }) = guard.as_mut() else {
            drop(guard);
            return Self::end_after_run(end_process);
        };
        run.begins = Begins::None;
        if !run.is_at_work() {
            return;
        }
        run.observer.given_up();
        // The interrupts are in its mail: it waits for nothing, and nothing begins.
        while let Next::Job(job) = run.advance() {
            drop(job);
        }
        let mut told = format!("what it held is given back\n{}", run.observer.untold());
        if let Some((name, output)) = run.unfinished_output() {
            let _ = write!(told, "\n---- {name} ----\n{output}");
        }
        // What it holds for all its tasks goes with it. The lock stays, so the main worker does too.
        *guard = None;
        end_process(&told);
    }
}

impl<O> RunInProgress<O> {
    /// The run is over, and all is given back: what is left takes a moment, unless nobody reads it.
    #[expect(
        clippy::disallowed_methods,
        reason = "nobody tells when the process has ended"
    )]
    fn end_after_run(end_process: Box<dyn FnOnce(&str) + '_>) {
        thread::sleep(Duration::from_secs(1));
        end_process("it was over: the process is stuck, maybe at writing its report");
    }

    /// The run, if nobody who carries it on keeps it for long.
    #[expect(
        clippy::disallowed_methods,
        reason = "a lock cannot be waited for with a limit"
    )]
    fn run_soon(&self) -> TryLockResult<MutexGuard<'_, Option<InProgress<O>>>> {
        for _ in 0..100 {
            match self.run.try_lock() {
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
                taken => return taken,
            }
        }
        self.run.try_lock()
    }
}
