//! What a pack and its running tasks share.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::QueueError;
use crate::model::{AddTask, NewTask, Phase, ResourceName, SharedParams, TaskName};
use crate::queue::{Adding, Completed, Library, TaskQueues};

/// The state of a pack behind a lock: its tasks add to it while it runs.
pub(super) struct PackState {
    pub(super) library: Library,
    pub(super) params: Arc<SharedParams>,
    inner: Mutex<Inner>,
}

/// What changes.
pub(super) struct Inner {
    pub(super) queues: Box<dyn TaskQueues>,
    pub(super) completed: Completed,
    pub(super) running: BTreeSet<TaskName>,
    pub(super) ignore_prereq: bool,
    /// Grows with every change of a queue from outside the run.
    pub(super) changes: u64,
    entries_made: u64,
}

impl PackState {
    pub(super) fn new(library: Library, params: SharedParams, queues: Box<dyn TaskQueues>) -> Self {
        Self {
            library,
            params: Arc::new(params),
            inner: Mutex::new(Inner {
                queues,
                completed: Completed::new(),
                running: BTreeSet::new(),
                ignore_prereq: false,
                changes: 0,
                entries_made: 0,
            }),
        }
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the queues under the rules of adding.
    pub(super) fn adding<T>(&self, work: impl FnOnce(&mut Adding<'_>) -> T) -> T {
        let params = self.params.snapshot();
        let mut inner = self.inner();
        let inner = &mut *inner;
        inner.changes += 1;
        work(&mut Adding {
            library: &self.library,
            params: &params,
            completed: &inner.completed,
            running: &inner.running,
            ignore_prereq: inner.ignore_prereq,
            queues: &mut *inner.queues,
            entries_made: &mut inner.entries_made,
        })
    }

    /// Whether anything that is queued needs the resource.
    pub(super) fn needs(&self, resource: &ResourceName) -> bool {
        let inner = self.inner();
        let queued = Phase::ALL
            .iter()
            .flat_map(|&phase| inner.queues.tasks(phase));
        let delayed = inner.queues.delayed().into_iter().map(|other| other.task);
        queued.chain(delayed).any(|task| {
            let mut needs = task.spec().needs().into_iter();
            needs.any(|need| need.resource == *resource)
        })
    }

    pub(super) fn add(&self, phase: Phase, task: NewTask) -> Result<bool, QueueError> {
        self.adding(|adding| adding.add(phase, task))
    }
}

impl AddTask for PackState {
    fn add(&self, phase: Phase, task: NewTask) -> Result<bool, QueueError> {
        Self::add(self, phase, task)
    }
}
