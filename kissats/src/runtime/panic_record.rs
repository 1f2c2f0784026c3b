//! What a panic said, and where.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

use crate::model::{Location, Problem, ProblemKind, Stage, panic_text};
use crate::runtime::current_task::CurrentTask;
use crate::runtime::panic_message;

thread_local! {
    /// The last panic of this thread; only the hook knows the place.
    static LAST: RefCell<Option<(String, Option<Location>)>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Runs `body`, a function of `task`; a panic becomes a problem of this stage.
///
/// The usual `thread '…' panicked at …` reaches stderr or the task's log, with the task for the thread: its
/// name cannot be changed. All other panics are left to the hook that was there before.
pub(super) fn catch<T>(
    task: CurrentTask,
    stage: Stage,
    body: impl FnOnce() -> T,
) -> Result<T, Problem> {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            remember(info);
            match CurrentTask::get() {
                Some(task) => panic_message::print(&task, info),
                None => before(info),
            }
        }));
    });
    LAST.set(None);
    let caught = || catch_unwind(AssertUnwindSafe(body));
    // What is thrown is dropped as a part of the task, too.
    task.enter(|| caught().map_err(|payload| problem_of(stage, payload)))
}

fn problem_of(stage: Stage, payload: Box<dyn Any + Send>) -> Problem {
    let message = panic_text(&*payload).to_owned();
    // The hook saw this panic if it saw the same words. It did not see one that was only passed
    // on, and it sees nothing where the task has put another in its place.
    let seen = LAST.take().filter(|(seen, _)| *seen == message);
    let mut problem = Problem::new(stage, ProblemKind::Panic, message);
    problem.location = seen.and_then(|(_, location)| location);
    // What is thrown may panic in turn when it is dropped.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
    problem
}

fn remember(info: &PanicHookInfo<'_>) {
    let message = panic_text(info.payload()).to_owned();
    let location = info
        .location()
        .map(|place| Location::new(place.file(), place.line()));
    // A panic while the thread's locals are being taken down has nobody to tell.
    let _ = LAST.try_with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            *last = Some((message, location));
        }
    });
}
