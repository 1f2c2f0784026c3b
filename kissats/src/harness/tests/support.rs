//! A run's settings from texts.

use std::io;

use serde_json::{Value, json};

use crate::config::SourceText;
use crate::harness::args::Args;
use crate::harness::environment::Environment;
use crate::harness::settings::{Defaults, Settings};

pub(super) const FILE: &str = ".config/kissats.toml";

/// Files by name: the configuration file, and parameter files.
pub(super) fn resolve_with(
    words: &[&str],
    variables: &[(&str, &str)],
    files: &[(&str, &str)],
) -> Result<Settings, Vec<String>> {
    let args = Args::of(words).map_err(|error| vec![error.to_string()])?;
    let find = |entries: &[(&str, &str)], name: &str| {
        let found = entries.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let defaults = Defaults {
        dut: Some("default-dut".to_owned()),
        instances: vec![("oven".to_owned(), "oven-1".to_owned(), json!({ "port": 7 }))],
        ..Defaults::default()
    };
    let environment = Environment::of(variables.iter().copied());
    let file = find(files, FILE).map(|text| SourceText {
        shown: FILE.to_owned(),
        text,
    });
    let read = |path: &str| find(files, path).ok_or(io::ErrorKind::NotFound.into());
    Settings::resolve(args, &environment, read, file, defaults)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

pub(super) fn resolve(words: &[&str], variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    resolve_with(words, variables, &[])
}

/// The value of a key and its origin, as `--show-config` would show them.
pub(super) fn shown_as(settings: &Settings, table: &str, key: &str) -> (Value, String) {
    let shown = settings.shown.as_ref().unwrap().iter();
    let mut found = shown.filter(|entry| entry.table == table && entry.key == key);
    let entry = found.next().unwrap();
    (entry.value.value.clone(), entry.value.origin.to_string())
}
