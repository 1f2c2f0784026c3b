//! `--show-config`: every setting and where it comes from.

use std::io::Write;

use serde_json::Value;

use crate::harness::settings::Shown;

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
