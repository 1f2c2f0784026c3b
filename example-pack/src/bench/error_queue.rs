//! The error queue: where an instrument keeps what went wrong until somebody asks.

use std::collections::VecDeque;

use super::ScpiError;

/// How many errors are kept.
const CAPACITY: usize = 16;

/// Errors in the order in which they happened.
#[derive(Debug, Default)]
pub struct ErrorQueue {
    errors: VecDeque<ScpiError>,
}

impl ErrorQueue {
    /// Adds an error; when the queue is full, the newest entry becomes "Queue overflow".
    ///
    /// The oldest ones are kept because the first error is mostly the cause of the others.
    pub fn push(&mut self, error: ScpiError) {
        if self.errors.len() < CAPACITY {
            self.errors.push_back(error);
        } else if let Some(newest) = self.errors.back_mut() {
            *newest = ScpiError::QUEUE_OVERFLOW;
        }
    }

    /// Takes the oldest error, or [`ScpiError::NO_ERROR`].
    pub fn pop(&mut self) -> ScpiError {
        self.errors.pop_front().unwrap_or(ScpiError::NO_ERROR)
    }

    /// Forgets every error.
    pub fn clear(&mut self) {
        self.errors.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_first_then_no_error() {
        let mut queue = ErrorQueue::default();
        queue.push(ScpiError::DATA_TYPE);
        queue.push(ScpiError::OUT_OF_RANGE);
        assert_eq!(queue.pop(), ScpiError::DATA_TYPE);
        assert_eq!(queue.pop(), ScpiError::OUT_OF_RANGE);
        assert_eq!(queue.pop(), ScpiError::NO_ERROR);
    }

    #[test]
    fn a_full_queue_says_so_at_its_end() {
        let mut queue = ErrorQueue::default();
        for _ in 0..CAPACITY + 5 {
            queue.push(ScpiError::DATA_TYPE);
        }
        for _ in 1..CAPACITY {
            assert_eq!(queue.pop(), ScpiError::DATA_TYPE);
        }
        assert_eq!(queue.pop(), ScpiError::QUEUE_OVERFLOW);
        assert_eq!(queue.pop(), ScpiError::NO_ERROR);
    }

    #[test]
    fn clear_forgets() {
        let mut queue = ErrorQueue::default();
        queue.push(ScpiError::DATA_TYPE);
        queue.clear();
        assert_eq!(queue.pop(), ScpiError::NO_ERROR);
    }
}
