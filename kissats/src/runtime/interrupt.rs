//! Ctrl-C and requests to terminate.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::Event;

/// Tells the run of every SIGINT, SIGTERM and SIGHUP, or what the system has in their place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupts {
    run: Arc<Mutex<Option<Sender<Event>>>>,
}

impl Interrupts {
    /// Takes over the signals of this process. Without that the process dies of them, and the
    /// system gives back what it held.
    pub(crate) fn install() -> Self {
        let interrupts = Self::default();
        let handler = interrupts.clone();
        // Fails only if the program has a handler of its own, which then decides.
        let _ = ctrlc::try_set_handler(move || handler.interrupt());
        interrupts
    }

    /// Asks the run to end: once in order, twice at once.
    pub(crate) fn interrupt(&self) {
        if let Some(run) = &*self.run.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = run.send(Event::Interrupted);
        }
    }

    pub(super) fn send_to(&self, run: Sender<Event>) {
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = Some(run);
    }
}
