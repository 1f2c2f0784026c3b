//! Where the outcomes of a run are posted and read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::model::Outcome;
use crate::plan::Step;

/// Outcomes by step: the run posts each once, a reader waits for them one after the other.
///
/// The run also waits for the reader before it starts a body. So whatever a task prints comes after
/// the reports of the tasks before it, and the same run prints the same lines.
#[derive(Debug)]
pub(crate) struct OutcomeBoard {
    state: Mutex<Board>,
    changed: Condvar,
}

#[derive(Debug)]
struct Board {
    outcomes: Vec<Option<Outcome>>,
    reader: Reader,
    /// Nothing more will be posted.
    closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// It is on its way to the next outcome.
    Busy,
    /// It waits for the outcome of this step.
    WaitsFor(Step),
    /// It has read everything.
    Done,
    /// It broke off: nobody sees what is posted from now on.
    BrokeOff,
}

impl OutcomeBoard {
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            state: Mutex::new(Board {
                outcomes: vec![None; steps],
                reader: Reader::Busy,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn post(&self, step: Step, outcome: Outcome) {
        let mut board = self.board();
        board.outcomes[step.position()] = Some(outcome);
        if board.reader == Reader::WaitsFor(step) {
            // Said here, because the reader itself may take its time to wake up.
            board.reader = Reader::Busy;
        }
        drop(board);
        self.changed.notify_all();
    }

    /// Ends all waiting; whatever was not posted never will be.
    pub(crate) fn close(&self) {
        self.board().closed = true;
        self.changed.notify_all();
    }

    /// Waits for the outcome of `step`; `None` if the run ended without one, which is a bug of kissats.
    pub(crate) fn read(&self, step: Step) -> Option<Outcome> {
        let mut board = self.board();
        if !matches!(board.reader, Reader::Done | Reader::BrokeOff)
            && board.outcomes[step.position()].is_none()
        {
            board.reader = Reader::WaitsFor(step);
            self.changed.notify_all();
        }
        let open = |board: &mut Board| board.outcomes[step.position()].is_none() && !board.closed;
        let board = self
            .changed
            .wait_while(board, open)
            .unwrap_or_else(PoisonError::into_inner);
        board.outcomes[step.position()].clone()
    }

    /// The reader reads nothing more in order; nobody needs to wait for it.
    pub(crate) fn reader_is_done(&self) {
        self.reader_is(Reader::Done);
    }

    /// The reader broke off: its report cannot be written.
    pub(crate) fn reader_broke_off(&self) {
        self.reader_is(Reader::BrokeOff);
    }

    fn reader_is(&self, reader: Reader) {
        self.board().reader = reader;
        self.changed.notify_all();
    }

    /// Waits until the reader has read, and shown, everything that was posted so far; `false` if it
    /// broke off.
    pub(crate) fn wait_for_reader(&self) -> bool {
        let busy = |board: &mut Board| board.reader == Reader::Busy && !board.closed;
        let board = self.changed.wait_while(self.board(), busy);
        board.unwrap_or_else(PoisonError::into_inner).reader != Reader::BrokeOff
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
