//! The parameters of a run as its tasks change them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::model::GlobalParams;

/// The parameters as they are now. A task sees them as they were when it started; what it changes is
/// seen by those that start after it.
#[derive(Debug, Default)]
pub(crate) struct SharedParams(Mutex<Arc<GlobalParams>>);

impl SharedParams {
    pub(crate) fn new(params: GlobalParams) -> Self {
        Self(Mutex::new(Arc::new(params)))
    }

    pub(crate) fn snapshot(&self) -> Arc<GlobalParams> {
        Arc::clone(&self.now())
    }

    pub(crate) fn set(&self, key: String, value: Value) {
        self.change(|params| params.set(key, value));
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut GlobalParams)) {
        change(Arc::make_mut(&mut self.now()));
    }

    fn now(&self) -> MutexGuard<'_, Arc<GlobalParams>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
