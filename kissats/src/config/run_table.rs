//! The table `[run]`, and what flags and variables say of the same keys.

use crate::model::{OnBlocked, RunConfig};
use crate::model::schema::{Fields, Node};

/// The rules of a run, and what only the harness knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RunTable {
    pub(crate) config: RunConfig,
    /// Start nothing new after the first failure.
    pub(crate) fail_fast: bool,
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
}

impl RunTable {
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let config = RunConfig::read(fields);
        let mut flag = |key| fields.read(key, Node::flag).unwrap_or_default();
        let table = Self {
            config,
            fail_fast: flag("fail_fast"),
            skip_setup: flag("skip_setup"),
            skip_teardown: flag("skip_teardown"),
            summary: flag("summary"),
            no_capture: flag("no_capture"),
            show_output: flag("show_output"),
            share_run: fields.read("share_run", Node::flag),
            on_blocked: fields.read("on_blocked", |node| {
                node.word(OnBlocked::ALL, OnBlocked::as_str)
            }),
        };
        fields.refuse_rest();
        table
    }
}
