//! The table `[run]`, and what flags and variables say of the same keys.

use std::time::Duration;

use crate::model::schema::{Fields, Node};
use crate::model::{OnBlocked, RunConfig};

/// The rules of a run, and what only the harness knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RunTable {
    pub(crate) config: RunConfig,
    /// Start nothing new after the first failure.
    pub(crate) fail_fast: bool,
    /// Use no worker process for tasks that are not tied to each other.
    pub(crate) fresh_process: bool,
    /// Leave out set-up tasks.
    pub(crate) skip_setup: bool,
    /// Leave out teardown tasks.
    pub(crate) skip_teardown: bool,
    /// Tell at the end how long it took.
    pub(crate) summary: bool,
    /// Whether a process that a runner has started is a part of a larger run.
    pub(crate) share_run: Option<bool>,
    /// How a task is shown that did not run although it was asked for.
    pub(crate) on_blocked: Option<OnBlocked>,
    /// Let what tasks write out as it comes.
    pub(crate) no_capture: bool,
    /// Show what those wrote that passed.
    pub(crate) show_output: bool,
    /// How long the run may take.
    pub(crate) global_timeout: Option<Duration>,
    /// Whether chance decides on the order.
    pub(crate) shuffle: bool,
    /// Where chance begins.
    pub(crate) seed: Option<u64>,
    /// How many starts of tasks are simulated at most to find a good order.
    pub(crate) plan_starts: Option<u64>,
}

impl RunTable {
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let config = RunConfig::read(fields);
        let mut flag = |key| fields.read(key, Node::flag).unwrap_or_default();
        let table = Self {
            config,
            fail_fast: flag("fail_fast"),
            fresh_process: flag("fresh_process"),
            skip_setup: flag("skip_setup"),
            skip_teardown: flag("skip_teardown"),
            summary: flag("summary"),
            no_capture: flag("no_capture"),
            show_output: flag("show_output"),
            global_timeout: fields.read("global_timeout", Node::limit),
            shuffle: fields.read("shuffle", Node::flag).unwrap_or_default(),
            seed: fields.read("seed", |node| node.whole_number(0)),
            plan_starts: fields.read("plan_starts", |node| node.whole_number(0)),
            share_run: fields.read("share_run", Node::flag),
            on_blocked: fields.read("on_blocked", |node| {
                node.word(OnBlocked::ALL, OnBlocked::as_str)
            }),
        };
        fields.refuse_rest();
        table
    }
}
