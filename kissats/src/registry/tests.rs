//! What the registry's tests share.

use std::sync::Arc;

use crate::model::{GlobalParams, TaskContext, TaskName, TaskSpec};

pub(super) fn context() -> TaskContext {
    let spec = TaskSpec::new(TaskName::new("under_test").unwrap());
    TaskContext::new(
        Arc::new(spec),
        Arc::new(GlobalParams::default()),
        Arc::new([]),
        1,
    )
}
