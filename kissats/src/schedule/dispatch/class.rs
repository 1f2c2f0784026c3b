//! Tasks that need the same are one class: of them, only the best is ever looked at.

use std::collections::BinaryHeap;

use super::key::Key;
use crate::schedule::Share;

/// All tasks with the same needs.
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub(super) needs: Box<[ClassNeed]>,
    /// Its tasks that wait for nothing but resources and a worker. Some may have been taken out since.
    pub(super) ready: BinaryHeap<Key>,
    pub(super) place: Place,
    /// Grows whenever the class moves, or its key changes.
    pub(super) version: u32,
    /// If all its resources are kept for it: the number of its pin.
    pub(super) pin: Option<u64>,
}

/// Where a class stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// No task of it is ready.
    Idle,
    /// It is to be looked at.
    Candidate,
    /// It waits for one resource that it cannot have now, in this queue.
    Parked(u32),
}

/// A need, and the queue in which one waits for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClassNeed {
    pub(super) resource: u32,
    pub(super) queue: u32,
    pub(super) share: Share,
}

impl Class {
    pub(super) fn new(needs: Box<[ClassNeed]>) -> Self {
        Self {
            needs,
            ready: BinaryHeap::new(),
            place: Place::Idle,
            version: 0,
            pin: None,
        }
    }

    pub(super) fn reset(&mut self) {
        self.ready.clear();
        self.place = Place::Idle;
        self.version = 0;
        self.pin = None;
    }
}
