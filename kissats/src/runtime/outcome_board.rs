//! Where the outcomes of a run are posted and read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::model::Outcome;
use crate::plan::Step;

/// Outcomes by step: the run posts each once, trials wait for theirs.
#[derive(Debug)]
pub(crate) struct OutcomeBoard {
    state: Mutex<Board>,
    changed: Condvar,
}

#[derive(Debug)]
struct Board {
    outcomes: Vec<Option<Outcome>>,
    /// Nothing more will be posted.
    closed: bool,
}

impl OutcomeBoard {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            state: Mutex::new(Board {
                outcomes: vec![None; steps],
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn post(&self, step: Step, outcome: Outcome) {
        self.board().outcomes[step.position()] = Some(outcome);
        self.changed.notify_all();
    }

    /// Ends all waiting; whatever was not posted never will be.
    pub(crate) fn close(&self) {
        self.board().closed = true;
        self.changed.notify_all();
    }

    /// Waits for the outcome of `step`; `None` if the run ended without one, which is a bug of kissats.
    pub(crate) fn wait(&self, step: Step) -> Option<Outcome> {
        let open = |board: &mut Board| board.outcomes[step.position()].is_none() && !board.closed;
        let board = self
            .changed
            .wait_while(self.board(), open)
            .unwrap_or_else(PoisonError::into_inner);
        board.outcomes[step.position()].clone()
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
