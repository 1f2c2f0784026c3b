//! What the registry's tests share.

use std::sync::Arc;

use crate::model::{KeptLog, SharedParams, TaskContext, TaskName, TaskSpec};

pub(super) fn context() -> TaskContext {
    let spec = TaskSpec::new(TaskName::new("under_test").unwrap());
    TaskContext::new(
        Arc::new(spec),
        Arc::new(SharedParams::default()),
        Arc::new([]),
        1,
        None,
        Arc::new(KeptLog::default()),
    )
}
