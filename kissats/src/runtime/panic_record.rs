//! What a panic said, and where.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

use crate::model::{Location, Problem, ProblemKind, Stage, panic_text};

thread_local! {
    /// The last panic of this thread; only the hook knows the place.
    static LAST: RefCell<Option<(String, Option<Location>)>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Runs `body`; a panic becomes a problem of this stage.
///
/// The hook that was there before still runs, so the usual `thread '…' panicked at …` reaches stderr.
pub(super) fn catch<T>(stage: Stage, body: impl FnOnce() -> T) -> Result<T, Problem> {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            remember(info);
            before(info);
        }));
    });
    LAST.set(None);
    catch_unwind(AssertUnwindSafe(body)).map_err(|_| {
        let (message, location) = LAST.take().unwrap_or_default();
        let mut problem = Problem::new(stage, ProblemKind::Panic, message);
        problem.location = location;
        problem
    })
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
