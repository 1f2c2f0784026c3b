//! Everything a task declares.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::model::{
    GroupName, Phase, Prereq, ReservationMode, ResourceName, ResourceNeed, TaskName,
};

/// Whether a task waits to be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Ignore {
    /// It runs like any other.
    #[default]
    No,
    /// It runs only with `--ignored` or `--include-ignored`; the words say why.
    Yes(Option<String>),
}

/// The parameters of one task: the original's keys and defaults, and the new ones.
///
/// Made from the attribute; the function named by the key `params` may change it before the run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskSpec {
    name: TaskName,
    /// What it does, for the report.
    pub description: String,
    /// The groups it belongs to.
    pub groups: Vec<GroupName>,
    /// When it runs.
    pub phase: Phase,
    /// Whether its failure ends the run. Default `true`, as in the original.
    pub stop_suite_on_fail: bool,
    /// What it must hold alone.
    pub exclusive_resources: Vec<ResourceName>,
    /// What it holds together with others.
    pub shared_resources: Vec<ResourceName>,
    /// The configuration it wishes for a resource, by the resource's name.
    pub resource_configs: Map<String, Value>,
    /// How often a claim that came late is tried again with the next slot. Default 5.
    pub max_resource_retry: u32,
    /// How long it waits for what it needs; `None` leaves it to the run.
    pub max_resource_wait: Option<Duration>,
    /// Whether it may run beside other tasks of the same process. Default `false`.
    pub thread_safe: bool,
    /// Whether it may run in a process of its own; `None` is the original's default, `false`,
    /// with the difference that nobody wrote it.
    pub process_safe: Option<bool>,
    /// The test systems it is for; `any` in any case means all. Default `any`.
    pub valid_ats: Vec<String>,
    /// The devices it is for; `any` in any case means all. Default `any`.
    pub valid_duts: Vec<String>,
    /// The global parameters without which it does not run.
    pub req_param_keys: Vec<String>,
    /// The global parameters it reads if they are there.
    pub optional_param_keys: Vec<String>,
    /// What must have succeeded before it.
    pub prereq_tasks: Vec<Prereq>,
    /// Whether it must run on the worker that ran its prerequisites; `None` is the original's
    /// default, `true`, with the difference that nobody wrote it.
    pub prereq_same_thread: Option<bool>,
    /// How long it takes, set-up and teardown included. Default one hour, as in the original.
    pub est_task_time: Duration,
    /// Whether its teardown runs after an error too.
    pub always_teardown: bool,
    /// Values for the report.
    pub extra_metadata: Map<String, Value>,
    /// Lower comes first. Default 5.
    pub priority: i32,
    /// How long setup, main and teardown together may take; waiting does not count.
    pub timeout: Option<Duration>,
    /// How often it is tried again after a failure.
    pub retries: u32,
    /// Whether it waits to be asked for.
    pub ignore: Ignore,
    /// Values of the pack's own, for the task to read.
    pub extra: Map<String, Value>,
}

impl TaskSpec {
    /// A task with the original's defaults.
    #[must_use]
    pub fn new(name: TaskName) -> Self {
        Self {
            name,
            description: String::new(),
            groups: Vec::new(),
            phase: Phase::Test,
            stop_suite_on_fail: true,
            exclusive_resources: Vec::new(),
            shared_resources: Vec::new(),
            resource_configs: Map::new(),
            max_resource_retry: 5,
            max_resource_wait: None,
            thread_safe: false,
            process_safe: None,
            valid_ats: vec!["any".to_owned()],
            valid_duts: vec!["any".to_owned()],
            req_param_keys: Vec::new(),
            optional_param_keys: Vec::new(),
            prereq_tasks: Vec::new(),
            prereq_same_thread: None,
            est_task_time: Duration::from_secs(3600),
            always_teardown: false,
            extra_metadata: Map::new(),
            priority: 5,
            timeout: None,
            retries: 0,
            ignore: Ignore::No,
            extra: Map::new(),
        }
    }

    /// Its name: the one thing that does not change.
    #[must_use]
    pub fn name(&self) -> &TaskName {
        &self.name
    }

    /// Undoes what a function that computes parameters must not do: rename the task, or list a group twice.
    pub(crate) fn sanitise(&mut self, name: &TaskName) {
        self.name = name.clone();
        let mut seen = BTreeSet::new();
        self.groups.retain(|group| seen.insert(group.clone()));
    }

    /// What it asks of the ATS, in one order for all tasks; a resource asked for twice is held alone.
    #[must_use]
    pub fn needs(&self) -> Vec<ResourceNeed> {
        let exclusive = self
            .exclusive_resources
            .iter()
            .map(|name| (name, ReservationMode::Exclusive));
        let shared = self
            .shared_resources
            .iter()
            .map(|name| (name, ReservationMode::Shared));
        let mut wanted: Vec<_> = exclusive.chain(shared).collect();
        wanted.sort();
        wanted.dedup_by(|later, earlier| later.0 == earlier.0);
        wanted
            .into_iter()
            .map(|(name, mode)| {
                let config = self
                    .resource_configs
                    .get(name.as_str())
                    .cloned()
                    .unwrap_or_default();
                ResourceNeed::new(name.clone(), mode).with_config(config)
            })
            .collect()
    }

    /// Whether it asks anything of the ATS.
    #[must_use]
    pub fn needs_resources(&self) -> bool {
        !(self.exclusive_resources.is_empty() && self.shared_resources.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_sorted_and_exclusive_wins() {
        let name = |text| ResourceName::new(text).unwrap();
        let mut spec = TaskSpec::new(TaskName::new("t").unwrap());
        spec.exclusive_resources = vec![name("psu"), name("dut")];
        spec.shared_resources = vec![name("lan"), name("psu")];
        let needs: Vec<_> = spec
            .needs()
            .into_iter()
            .map(|need| format!("{} {}", need.resource, need.mode))
            .collect();
        assert_eq!(needs, ["dut exclusive", "lan shared", "psu exclusive"]);
    }
}
