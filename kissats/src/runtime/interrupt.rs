//! Ctrl-C and requests to terminate.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::Event;
use crate::runtime::capture::terminal;
use crate::runtime::exit::end_process;
use crate::runtime::run_in_progress::MayHang;
#[cfg(unix)]
use crate::runtime::signals::watch;
use crate::runtime::{Mail, say};

/// Tells the run of every SIGINT, SIGTERM and SIGHUP, or what the system has in their place.
#[derive(Clone, Default)]
pub(crate) struct Interrupts(Arc<Mutex<Listeners>>);

#[derive(Default)]
struct Listeners {
    /// How often there was an interrupt.
    heard: u32,
    run: Option<Mail>,
    /// The same run, if it can be ended while its main worker hangs.
    may_hang: Option<Arc<dyn MayHang>>,
}

impl Interrupts {
    /// Takes over the signals of this process. Without that the process dies of them, and the
    /// system gives back what it held.
    pub(crate) fn install() -> Self {
        let interrupts = Self::default();
        let handler = interrupts.clone();
        let watched = watch(move || {
            say(
                "interrupted: what is running may end, then teardowns run; once more gives up both",
            );
            handler.interrupt();
        });
        if let Err(error) = watched {
            say(&format!(
                "an interrupt will end this run without teardowns: {error}"
            ));
        }
        interrupts
    }

    /// Asks the run to end: once in order, twice at once, with this process if nothing else helps.
    pub(crate) fn interrupt(&self) {
        self.interrupt_or(|how| {
            // On a new line: `test boot ... ` stands before it on a terminal.
            terminal(&format!(
                "\nkissats: interrupted again: the run ends here, and {how}\n"
            ));
            end_process()
        });
    }

    /// The same with another end.
    pub(super) fn interrupt_or(&self, end_process: impl FnOnce(&str)) {
        let mut listeners = self.listeners();
        listeners.heard += 1;
        let is_first = listeners.heard == 1;
        if let Some(run) = &listeners.run {
            run.send(Event::Interrupted);
        }
        let hanging = listeners.may_hang.clone();
        drop(listeners);
        if let Some(run) = hanging.filter(|_| !is_first) {
            run.abandon(Box::new(end_process));
        }
    }

    /// Whether there is anybody, beside the one who asks, who could interrupt.
    pub(crate) fn may_come(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Has a run told from now on. Returns how often it was asked to end before.
    pub(crate) fn send_to(&self, run: Mail) -> u32 {
        let mut listeners = self.listeners();
        listeners.run = Some(run);
        listeners.heard
    }

    /// The run is over: what was asked of it is no concern of the next one.
    pub(crate) fn forget(&self) {
        let mut listeners = self.listeners();
        listeners.run = None;
        listeners.heard = 0;
    }

    pub(super) fn may_abandon(&self, run: Arc<dyn MayHang>) {
        self.listeners().may_hang = Some(run);
    }

    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(unix))]
fn watch(told: impl FnMut() + Send + 'static) -> Result<(), ctrlc::Error> {
    ctrlc::try_set_handler(told)
}
