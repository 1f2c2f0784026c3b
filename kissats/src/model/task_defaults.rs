//! What holds for every task that does not say otherwise.

use std::time::Duration;

use serde_json::{Value, json};

use crate::model::schema::{Fields, Node};
use crate::model::{Retries, TaskSpec};

/// The table `[task-defaults]`: between a key that a task writes and the built-in default.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TaskDefaults {
    pub(super) stop_suite_on_fail: Option<bool>,
    pub(super) max_resource_retry: Option<u32>,
    pub(super) max_resource_wait: Option<Duration>,
    pub(super) thread_safe: Option<bool>,
    pub(super) process_safe: Option<bool>,
    pub(super) valid_ats: Option<Vec<String>>,
    pub(super) valid_duts: Option<Vec<String>>,
    pub(super) prereq_same_thread: Option<bool>,
    pub(super) est_task_time: Option<Duration>,
    pub(super) always_teardown: Option<bool>,
    pub(super) priority: Option<i32>,
    pub(super) timeout: Option<Duration>,
    pub(super) retries: Option<Retries>,
}

impl TaskDefaults {
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let texts = |node: &Node<'_>| node.list(Node::text_that_is_not_empty);
        Self {
            stop_suite_on_fail: fields.read("stop_suite_on_fail", Node::flag),
            max_resource_retry: fields.read("max_resource_retry", |node| node.whole_number(0)),
            max_resource_wait: fields.read("max_resource_wait", Node::duration),
            thread_safe: fields.read("thread_safe", Node::flag),
            process_safe: fields.read("process_safe", Node::flag),
            valid_ats: fields.read("valid_ats", texts),
            valid_duts: fields.read("valid_duts", texts),
            prereq_same_thread: fields.read("prereq_same_thread", Node::flag),
            est_task_time: fields.read("est_task_time", Node::duration),
            always_teardown: fields.read("always_teardown", Node::flag),
            priority: fields.read("priority", Node::signed_number),
            timeout: fields.read("timeout", Node::duration),
            retries: fields.read("retries", Retries::read),
        }
    }

    /// Puts these in place of the built-in defaults. What a task writes goes over them.
    pub(crate) fn apply(&self, spec: &mut TaskSpec) {
        set(&mut spec.stop_suite_on_fail, &self.stop_suite_on_fail);
        set(&mut spec.max_resource_retry, &self.max_resource_retry);
        set(&mut spec.thread_safe, &self.thread_safe);
        set(&mut spec.valid_ats, &self.valid_ats);
        set(&mut spec.valid_duts, &self.valid_duts);
        set(&mut spec.est_task_time, &self.est_task_time);
        set(&mut spec.always_teardown, &self.always_teardown);
        set(&mut spec.priority, &self.priority);
        set(&mut spec.retries, &self.retries);
        // Somebody wrote these, if not at the task.
        spec.max_resource_wait = self.max_resource_wait;
        spec.process_safe = self.process_safe;
        spec.prereq_same_thread = self.prereq_same_thread;
        spec.timeout = self.timeout;
    }
}

impl TaskDefaults {
    /// Whether they may keep a task from running that says nothing itself.
    pub(crate) fn restrict(&self) -> bool {
        self.valid_ats.is_some() || self.valid_duts.is_some()
    }

    /// Whether they say nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The built-in defaults of these keys, as documents spell them.
pub(crate) fn built_in_task_defaults() -> Vec<(&'static str, Value)> {
    vec![
        ("stop_suite_on_fail", json!(true)),
        ("max_resource_retry", json!(5)),
        ("max_resource_wait", Value::Null),
        ("thread_safe", json!(false)),
        ("process_safe", json!(false)),
        ("valid_ats", json!(["any"])),
        ("valid_duts", json!(["any"])),
        ("prereq_same_thread", json!(true)),
        ("est_task_time", json!(3600)),
        ("always_teardown", json!(false)),
        ("priority", json!(5)),
        ("timeout", Value::Null),
        ("retries", json!(0)),
    ]
}

fn set<T: Clone>(place: &mut T, given: &Option<T>) {
    if let Some(value) = given {
        place.clone_from(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskName;

    #[test]
    fn the_built_in_defaults_are_those_of_a_task() {
        let document = TaskSpec::new(TaskName::new("t").unwrap()).to_document();
        for (key, value) in built_in_task_defaults() {
            let of_task = &document[key];
            // Null: nobody has written it, which makes a difference elsewhere.
            assert!(of_task.is_null() || *of_task == value, "{key}");
        }
    }
}
