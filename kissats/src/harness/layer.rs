//! What each source says, before it is decided who is believed.

use std::io;

use serde_json::{Map, Value};

use crate::config::{
    ConfigError, ConfigFile, DataFileError, Origin, RunTable, SourceText, Sourced,
};
use crate::harness::args::Args;
use crate::harness::environment::{Environment, PARAMS};
use crate::harness::run_option::RUN_OPTIONS;
use crate::harness::settings::Defaults;
use crate::harness::settings_error::SettingsError;
use crate::model::schema;
use crate::model::{RunConfig, RunMode, SchemaErrors};

/// libtest's variable, which says two things.
const SHUFFLE_SEED: &str = "RUST_TEST_SHUFFLE_SEED";

/// What a source says, or several of them one over the other: in order of the keys, each once.
#[derive(Debug, Default)]
pub(super) struct Layer(Vec<(String, Sourced<Value>)>);

impl Layer {
    /// Null says nothing.
    pub(super) fn insert(&mut self, key: impl Into<String>, value: Value, origin: Origin) {
        if !value.is_null() {
            self.set(key.into(), Sourced { value, origin });
        }
    }

    /// What was said of the key before is forgotten.
    pub(super) fn set(&mut self, key: String, said: Sourced<Value>) {
        match self.place_of(&key) {
            Ok(place) => self.0[place].1 = said,
            Err(place) => self.0.insert(place, (key, said)),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Sourced<Value>> {
        let place = self.place_of(key).ok()?;
        Some(&self.0[place].1)
    }

    pub(super) fn entries(&self) -> &[(String, Sourced<Value>)] {
        &self.0
    }

    pub(super) fn into_entries(self) -> Vec<(String, Sourced<Value>)> {
        self.0
    }

    /// Where the key is, or belongs.
    fn place_of(&self, key: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(known, _)| known.as_str().cmp(key))
    }

    /// Holds what is said against the schema of `[run]`. Files have been checked as a whole before.
    pub(super) fn check(&self, errors: &mut Vec<SettingsError>) {
        let Err(violations) = run_table(self) else {
            return;
        };
        for violation in violations {
            let said = violation.path.first_key().and_then(|key| self.get(key));
            match said.map(|said| &said.origin) {
                Some(Origin::Flag(name) | Origin::Variable(name)) => {
                    errors.push(SettingsError::Value {
                        origin: name,
                        problem: violation.problem,
                    });
                }
                _ => errors.push(SettingsError::Default(violation.problem)),
            }
        }
    }

    /// Lays a stronger source over this one.
    pub(super) fn overlay(&mut self, stronger: Self) {
        for (key, said) in stronger.0 {
            self.set(key, said);
        }
    }
}

pub(super) fn run_table(layer: &Layer) -> Result<RunTable, SchemaErrors> {
    let entries = layer.entries().iter();
    let mut document = Map::new();
    document.extend(entries.map(|(key, said)| (key.clone(), said.value.clone())));
    schema::read(&Value::Object(document), |node| {
        Some(RunTable::read(&mut node.fields()?))
    })
}

pub(super) fn sourced_path(args: &Args, environment: &Environment) -> Sourced<Option<String>> {
    let flag = args.params.clone().map(|path| (path, "--params"));
    match (flag, environment.get(PARAMS)) {
        (Some((path, flag)), _) => Sourced {
            value: Some(path),
            origin: Origin::Flag(flag),
        },
        (None, Some(path)) => Sourced {
            value: Some(path.to_owned()),
            origin: Origin::Variable(PARAMS),
        },
        (None, None) => Sourced {
            value: None,
            origin: Origin::Default,
        },
    }
}

/// What a parameter file says of the run, and what it says to the tasks.
pub(super) fn params_file_of(
    path: &str,
    read: impl Fn(&str) -> io::Result<String>,
) -> Result<(Layer, Layer), Vec<ConfigError>> {
    let text = read(path).map_err(|source| DataFileError::Read {
        file: path.to_owned(),
        source,
    });
    let shown = path.to_owned();
    let document = text
        .and_then(|text| SourceText { shown, text }.document())
        .map_err(|error| vec![error.into()])?;
    let (_, params) = RunConfig::from_document(document.clone()).map_err(|violations| {
        let violations = violations.into_iter();
        violations
            .map(|error| ConfigError::Params {
                file: path.to_owned(),
                error: Box::new(error),
            })
            .collect::<Vec<_>>()
    })?;
    let (mut run, mut values) = (Layer::default(), Layer::default());
    for (key, value) in document.as_object().into_iter().flatten() {
        let origin = Origin::ParamsFile(path.to_owned());
        if params.values().contains_key(key) {
            // A task may well be told that something is null.
            values.set(
                key.clone(),
                Sourced {
                    value: value.clone(),
                    origin,
                },
            );
        } else {
            run.insert(key, value.clone(), origin);
        }
    }
    Ok((run, values))
}

pub(super) fn layer_of_target(defaults: &Defaults) -> Layer {
    let mut layer = Layer::default();
    for (key, name) in [("dut", &defaults.dut), ("ats", &defaults.ats)] {
        let value = name.clone().map_or(Value::Null, Value::from);
        layer.insert(key, value, Origin::TestTarget);
    }
    // A pack that marks nothing `thread_safe` sees no difference from `normal`.
    let run_mode = Value::from(RunMode::Thread.as_str());
    layer.insert("run_mode", run_mode, Origin::Default);
    layer
}

pub(super) fn layer_of_variables(environment: &Environment) -> Layer {
    let mut layer = Layer::default();
    for option in RUN_OPTIONS {
        let said = option
            .variables
            .iter()
            .find_map(|name| Some((name, environment.get(name)?)));
        if let Some((name, text)) = said {
            layer.insert(option.key, option.shape.read(text), Origin::Variable(name));
        }
    }
    // As with libtest, who gives this seed wants an order by chance.
    if layer.get("shuffle").is_none() && environment.get(SHUFFLE_SEED).is_some() {
        layer.insert("shuffle", Value::from(true), Origin::Variable(SHUFFLE_SEED));
    }
    layer
}

pub(super) fn layer_of_flags(args: &Args) -> Layer {
    let mut layer = Layer::default();
    for option in RUN_OPTIONS {
        if let Some((flag, given)) = option.flag {
            layer.insert(
                option.key,
                given(args).unwrap_or_default(),
                Origin::Flag(flag),
            );
        }
    }
    if let Some(seed) = args.shuffle_seed {
        let origin = Origin::Flag("--shuffle-seed");
        layer.insert("shuffle", Value::from(true), origin.clone());
        layer.insert("seed", Value::from(seed), origin);
    }
    layer
}

pub(super) fn layer_of_file(file: &ConfigFile, table: &str) -> Layer {
    let mut layer = Layer::default();
    for (key, value, origin) in file.table(table) {
        layer.insert(key, value, origin);
    }
    layer
}

/// `key=value`, where the value is JSON if it can be read as such, and text if not.
pub(super) fn layer_of_params(texts: &[String], errors: &mut Vec<SettingsError>) -> Layer {
    let mut layer = Layer::default();
    for text in texts {
        match text.split_once('=').map(|(key, value)| (key.trim(), value)) {
            Some((key @ ("dut" | "ats"), _)) => {
                errors.push(SettingsError::ParamOfTheRun {
                    key: key.to_owned(),
                });
            }
            Some((key, value)) if !key.is_empty() => {
                let value =
                    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
                let origin = Origin::Flag("--param");
                layer.set(key.to_owned(), Sourced { value, origin });
            }
            _ => errors.push(SettingsError::Param { text: text.clone() }),
        }
    }
    layer
}
