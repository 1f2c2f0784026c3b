//! `--show-config`: every setting and where it comes from.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use crate::config::{ConfigFile, Origin, RunTable, Sourced};
use crate::engine::Policy;
use crate::harness::layer::Layer;
use crate::harness::run_option::RUN_OPTIONS;
use crate::model::built_in_task_defaults as built_in;

/// A value as `--show-config` prints it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) table: &'static str,
    pub(super) key: String,
    pub(super) value: Sourced<Value>,
}

/// Writes one line for each value, under the heads of their tables.
pub(super) fn show_config(shown: &[Shown], mut out: impl Write) -> std::io::Result<()> {
    let mut table = "";
    for entry in shown {
        if entry.table != table {
            let gap = if table.is_empty() { "" } else { "\n" };
            table = entry.table;
            writeln!(out, "{gap}[{table}]")?;
        }
        let value = match &entry.value.value {
            Value::Null => "none".to_owned(),
            value => value.to_string(),
        };
        writeln!(out, "{} = {value}  # {}", entry.key, entry.value.origin)?;
    }
    Ok(())
}

/// Every value under its table and key.
pub(super) fn shown(
    table: &RunTable,
    run: &Layer,
    params_file: Sourced<Option<String>>,
    values: &Layer,
    file: &ConfigFile,
    of_target: &[(String, String, Value)],
) -> Vec<Shown> {
    let document = table.config.to_document();
    let said = |key: &str| {
        run.0
            .get(key)
            .map_or(Value::Null, |said| said.value.clone())
    };
    let resolved = |key: &str| match key {
        "fail_fast" => Value::Bool(table.fail_fast),
        "fresh_process" => Value::Bool(table.fresh_process),
        "skip_setup" => Value::Bool(table.skip_setup),
        "skip_teardown" => Value::Bool(table.skip_teardown),
        "summary" => Value::Bool(table.summary),
        "share_run" => Value::Bool(table.share_run.unwrap_or(true)),
        "on_blocked" => table
            .on_blocked
            .map_or(Value::Null, |word| word.as_str().into()),
        "shuffle" => Value::Bool(table.shuffle),
        "global_timeout" => said("global_timeout"),
        "seed" => said("seed"),
        "plan_starts" => match said("plan_starts") {
            Value::Null => Value::from(Policy::default().plan_budget.starts),
            said => said,
        },
        "no_capture" => Value::Bool(table.no_capture),
        "show_output" => Value::Bool(table.show_output),
        key => document.get(key).cloned().unwrap_or_default(),
    };
    let of_run = RUN_OPTIONS.iter().map(|option| Shown {
        table: "run",
        key: option.key.to_owned(),
        value: Sourced {
            value: resolved(option.key),
            origin: run
                .0
                .get(option.key)
                .map_or(Origin::Default, |said| said.origin.clone()),
        },
    });
    let path = Shown {
        table: "run",
        key: "--params".to_owned(),
        value: Sourced {
            value: params_file.value.map_or(Value::Null, Value::from),
            origin: params_file.origin,
        },
    };
    let of_tasks = values.0.iter().map(|(key, value)| Shown {
        table: "params",
        key: key.clone(),
        value: value.clone(),
    });
    of_run
        .chain([path])
        .chain(of_tasks)
        .chain(task_defaults(file))
        .chain(resources(file, of_target))
        .collect()
}

/// What the file says of every task, and the built-in values where it says nothing.
fn task_defaults(file: &ConfigFile) -> Vec<Shown> {
    let mut entries: BTreeMap<String, Sourced<Value>> = built_in()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), by_default(value)))
        .collect();
    entries.extend(of_file(file, "task-defaults"));
    under("task-defaults", entries)
}

/// What stands behind every resource. The test target's instances give way to the file's.
fn resources(file: &ConfigFile, of_target: &[(String, String, Value)]) -> Vec<Shown> {
    let mut pools: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (resource, name, config) in of_target {
        let instance = json!({ "name": name, "config": config });
        pools.entry(resource).or_default().push(instance);
    }
    let pools = pools.into_iter().map(|(resource, instances)| {
        let value = json!({ "instances": instances });
        let origin = Origin::TestTarget;
        (resource.to_owned(), Sourced { value, origin })
    });
    let mut entries: BTreeMap<_, _> = pools.collect();
    entries.insert("strict".to_owned(), by_default(Value::Bool(false)));
    entries.extend(of_file(file, "resources"));
    under("resources", entries)
}

fn of_file(file: &ConfigFile, table: &str) -> impl Iterator<Item = (String, Sourced<Value>)> {
    let entries = file.table(table).into_iter();
    entries.map(|(key, value, origin)| (key, Sourced { value, origin }))
}

fn by_default(value: Value) -> Sourced<Value> {
    let origin = Origin::Default;
    Sourced { value, origin }
}

fn under(table: &'static str, entries: BTreeMap<String, Sourced<Value>>) -> Vec<Shown> {
    let entries = entries.into_iter();
    entries
        .map(|(key, value)| Shown { table, key, value })
        .collect()
}
