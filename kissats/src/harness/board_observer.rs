//! Between the run and the trials that show it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{Outcome, Phase, Timestamp};
use crate::plan::{PlannedTask, Step};
use crate::runtime::{Gate, OutcomeBoard, RunObserver, say};

/// Posts outcomes for the trials, and says for what a task waits.
pub(super) struct BoardObserver {
    board: Arc<OutcomeBoard>,
    /// What was said last of a task that waits.
    said: HashMap<Step, String>,
}

impl BoardObserver {
    pub(super) fn new(board: Arc<OutcomeBoard>) -> Self {
        Self {
            board,
            said: HashMap::new(),
        }
    }
}

impl RunObserver for BoardObserver {
    fn delayed(&mut self, task: &PlannedTask, step: Step, why: &str, _: Timestamp) {
        if self.said.get(&step).is_none_or(|said| said != why) {
            say(&format!("{} waits: {why}", task.name));
            self.said.insert(step, why.to_owned());
        }
    }

    /// A body begins when everything before it has been shown. Where nothing can be shown any more,
    /// only teardowns begin.
    fn starting(&mut self, task: &PlannedTask, _: Step) -> Option<Gate> {
        let board = Arc::clone(&self.board);
        let is_teardown = task.spec().phase == Phase::Teardown;
        Some(Box::new(move || board.wait_for_reader() || is_teardown))
    }

    fn ended(&mut self, _: &PlannedTask, step: Step, outcome: Outcome) {
        self.board.post(step, outcome);
    }
}

/// The run is over, also if it is over because it panicked.
impl Drop for BoardObserver {
    fn drop(&mut self) {
        self.board.close();
    }
}
