//! `--show-config`: every setting and where it comes from.

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
    let said = |key: &str| run.get(key).map_or(Value::Null, |said| said.value.clone());
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
    let of_tasks = values.entries().iter().map(|(key, value)| Shown {
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
    let mut entries = Layer::default();
    for (key, value) in built_in() {
        entries.set(key.to_owned(), by_default(value));
    }
    with_file(entries, file, "task-defaults")
}

/// What stands behind every resource. The test target's instances give way to the file's.
fn resources(file: &ConfigFile, of_target: &[(String, String, Value)]) -> Vec<Shown> {
    let mut entries = Layer::default();
    for (resource, ..) in of_target {
        if entries.get(resource).is_some() {
            continue;
        }
        let of_resource = of_target.iter().filter(|(other, ..)| other == resource);
        let instances =
            of_resource.map(|(_, name, config)| json!({ "name": name, "config": config }));
        let value = json!({ "instances": instances.collect::<Vec<_>>() });
        let origin = Origin::TestTarget;
        entries.set(resource.clone(), Sourced { value, origin });
    }
    entries.set("strict".to_owned(), by_default(Value::Bool(false)));
    with_file(entries, file, "resources")
}

fn by_default(value: Value) -> Sourced<Value> {
    let origin = Origin::Default;
    Sourced { value, origin }
}

/// What the table of the file says lies over that.
fn with_file(mut entries: Layer, file: &ConfigFile, table: &'static str) -> Vec<Shown> {
    for (key, value, origin) in file.table(table) {
        entries.set(key, Sourced { value, origin });
    }
    let entries = entries.into_entries().into_iter();
    entries
        .map(|(key, value)| Shown { table, key, value })
        .collect()
}
