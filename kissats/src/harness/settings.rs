//! What the command line, the environment and the files mean. Nobody reads a flag after this.

use std::io;

use libtest_mimic::{ColorSetting, FormatSetting};
use serde_json::{Map, Value};

use crate::config::{
    ConfigError, ConfigFile, Origin, ResourceTable, RunTable, SourceText, Sourced,
};
use crate::harness::args::{Args, Color, Format};
use crate::harness::layer::{
    Layer, layer_of_file, layer_of_flags, layer_of_params, layer_of_target, layer_of_variables,
    params_file_of, run_table, sourced_path,
};
use crate::harness::notes::notes;
use crate::harness::run_option::RUN_OPTIONS;
use crate::model::{
    GlobalParams, PackName, ResourceMode, RunMode, SchemaProblem, TaskDefaults, ValidResults,
};
use crate::plan::{IgnoredTasks, NameFilter, Narrowing};

/// Everything the user decided.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) names: NameFilter,
    pub(super) narrowing: Narrowing,
    pub(super) ignored: IgnoredTasks,
    pub(super) params: GlobalParams,
    pub(super) task_package: Sourced<Option<PackName>>,
    pub(super) package_version: Sourced<Option<semver::VersionReq>>,
    pub(super) valid_results: Sourced<ValidResults>,
    pub(super) run_mode: RunMode,
    pub(super) resource_mode: ResourceMode,
    /// The client's name; `None` lets this process own the resources.
    pub(super) ats_client: Option<String>,
    pub(super) ats_client_kwargs: Map<String, Value>,
    pub(super) fail_fast: Sourced<bool>,
    pub(super) summary: Sourced<bool>,
    pub(super) task_defaults: TaskDefaults,
    pub(super) resources: ResourceTable,
    pub(super) list: bool,
    /// Every value under its table and key, for `--show-config`; `None` if that was not asked for.
    pub(super) shown: Option<Vec<Shown>>,
    /// Benchmarks were asked for, and there are none.
    pub(super) only_benchmarks: bool,
    pub(super) output: libtest_mimic::Arguments,
    /// What was asked for and cannot be honoured.
    pub(super) notes: Vec<String>,
}

/// A value as `--show-config` prints it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) table: &'static str,
    pub(super) key: String,
    pub(super) value: Sourced<Value>,
}

/// A value from the command line or the environment that makes no sense.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    #[error("{origin}: {problem}")]
    Value {
        origin: &'static str,
        problem: SchemaProblem,
    },
    #[error("the default in the test target: {0}")]
    Default(SchemaProblem),
    #[error("--param {text}: expected KEY=VALUE, for example `--param serial=4711`")]
    Param { text: String },
    #[error(
        "--param {key}=…: `{key}` belongs to the run: use `--{key}`; tasks see it all the same"
    )]
    ParamOfTheRun { key: String },
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// What the run's defaults are where the user says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    pub(super) dut: Option<String>,
    pub(super) ats: Option<String>,
}

impl Settings {
    /// Flag beats variable beats parameter file beats configuration file beats the test target beats
    /// the default. `read` hands out the text of the parameter file.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub(super) fn resolve(
        args: Args,
        variable: impl Fn(&str) -> Option<String>,
        read: impl Fn(&str) -> io::Result<String>,
        file: Option<SourceText>,
        defaults: Defaults,
    ) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Vec::new();
        let variable = |name: &str| variable(name).filter(|text| !text.is_empty());
        let file = file.map_or_else(|| Ok(ConfigFile::default()), ConfigFile::parse);
        let file = file.unwrap_or_else(|mistakes| {
            errors.extend(mistakes.into_iter().map(SettingsError::from));
            ConfigFile::default()
        });
        let params_file = sourced_path(&args, &variable);
        let (run_of_params_file, values_of_params_file) = match params_file
            .value
            .as_deref()
            .map(|path| params_file_of(path, read))
        {
            None => Default::default(),
            Some(Ok(layers)) => layers,
            Some(Err(mistakes)) => {
                errors.extend(mistakes.into_iter().map(SettingsError::from));
                Default::default()
            }
        };

        let mut run = layer_of_target(&defaults);
        run.overlay(layer_of_file(&file, "run"));
        run.overlay(run_of_params_file);
        run.overlay(layer_of_variables(&variable));
        run.overlay(layer_of_flags(&args));
        // What was beaten is not looked at: a variable may be meant for another run.
        run.check(&mut errors);

        let mut values = layer_of_file(&file, "params");
        values.overlay(values_of_params_file);
        values.overlay(layer_of_params(&args.param, &mut errors));

        if !errors.is_empty() {
            return Err(errors);
        }
        // It has been checked.
        let table = run_table(&run.0).map_err(|violations| {
            let violations = violations.into_iter();
            violations
                .map(|violation| SettingsError::Default(violation.problem))
                .collect::<Vec<_>>()
        })?;
        let origin = |key: &str| {
            let said = run.0.get(key);
            said.map_or(Origin::Default, |said| said.origin.clone())
        };
        let shown = args
            .show_config
            .then(|| shown(&table, &run, params_file, &values, &file));
        let RunTable {
            config,
            fail_fast,
            skip_setup,
            skip_teardown,
            summary,
        } = table;
        let notes = notes(&args, &config, &origin);
        // Groups written down once and for all do not hide what the command line names.
        let groups_count = args.filters.is_empty()
            || matches!(origin("test_groups"), Origin::Flag(_) | Origin::Variable(_));
        let values = values.0.into_iter();
        let values = values.map(|(key, said)| (key, said.value)).collect();
        Ok(Self {
            names: NameFilter {
                patterns: args.filters,
                skips: args.skip,
                exact: args.exact,
            },
            narrowing: Narrowing {
                groups: if groups_count {
                    config.test_groups
                } else {
                    Vec::new()
                },
                skip_setup,
                skip_teardown,
                ignore_prereq: config.ignore_prereq,
            },
            ignored: match (args.include_ignored, args.ignored) {
                (true, _) => IgnoredTasks::Include,
                (false, true) => IgnoredTasks::Only,
                (false, false) => IgnoredTasks::Skip,
            },
            run_mode: config.run_mode,
            resource_mode: config.resource_mode,
            ats_client: config.ats_client,
            ats_client_kwargs: config.ats_client_kwargs,
            params: GlobalParams::new(config.dut, config.ats, values),
            task_package: Sourced {
                value: config.task_package,
                origin: origin("task_package"),
            },
            package_version: Sourced {
                value: config.package_version,
                origin: origin("package_version"),
            },
            valid_results: Sourced {
                value: config.valid_result,
                origin: origin("valid_result"),
            },
            fail_fast: Sourced {
                value: fail_fast,
                origin: origin("fail_fast"),
            },
            summary: Sourced {
                value: summary,
                origin: origin("summary"),
            },
            task_defaults: file.task_defaults,
            resources: file.resources,
            list: args.list,
            shown,
            only_benchmarks: args.bench && !args.test,
            output: libtest_mimic::Arguments {
                list: args.list,
                bench: args.bench && !args.test,
                logfile: args.logfile,
                color: args.color.map(|color| match color {
                    Color::Auto => ColorSetting::Auto,
                    Color::Always => ColorSetting::Always,
                    Color::Never => ColorSetting::Never,
                }),
                format: match (args.format, args.quiet) {
                    (Some(Format::Json), _) => Some(FormatSetting::Json),
                    (Some(Format::Terse), _) | (None, true) => Some(FormatSetting::Terse),
                    (Some(Format::Pretty | Format::Junit) | None, _) => None,
                },
                // Trials only wait for the engine. One thread waits for one after the other, so they
                // are printed in order, and the task that is running can be seen.
                test_threads: Some(1),
                ..libtest_mimic::Arguments::default()
            },
            notes,
        })
    }
}

/// Every value under its table and key.
fn shown(
    table: &RunTable,
    run: &Layer,
    params_file: Sourced<Option<String>>,
    values: &Layer,
    file: &ConfigFile,
) -> Vec<Shown> {
    let document = table.config.to_document();
    let resolved = |key: &str| match key {
        "fail_fast" => Value::Bool(table.fail_fast),
        "skip_setup" => Value::Bool(table.skip_setup),
        "skip_teardown" => Value::Bool(table.skip_teardown),
        "summary" => Value::Bool(table.summary),
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
    let of_file = ["task-defaults", "resources"]
        .into_iter()
        .flat_map(|table| {
            let entries = file.table(table).into_iter();
            entries.map(move |(key, value, origin)| Shown {
                table,
                key,
                value: Sourced { value, origin },
            })
        });
    of_run
        .chain([path])
        .chain(of_tasks)
        .chain(of_file)
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};
    use serde_json::json;

    use super::*;
    use crate::harness::run_option::Shape;
    use crate::model::RunConfig;

    const FILE: &str = ".config/kissats.toml";

    /// Files by name: the configuration file, and parameter files.
    fn resolve_with(
        words: &[&str],
        variables: &[(&str, &str)],
        files: &[(&str, &str)],
    ) -> Result<Settings, Vec<String>> {
        let args = Args::try_parse_from(std::iter::once(&"pack").chain(words))
            .map_err(|error| vec![error.to_string()])?;
        let find = |entries: &[(&str, &str)], name: &str| {
            let found = entries.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let defaults = Defaults {
            dut: Some("default-dut".to_owned()),
            ats: None,
        };
        let file = find(files, FILE).map(|text| SourceText {
            shown: FILE.to_owned(),
            text,
        });
        let read = |path: &str| find(files, path).ok_or(io::ErrorKind::NotFound.into());
        Settings::resolve(args, |name| find(variables, name), read, file, defaults)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    fn resolve(words: &[&str], variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
        resolve_with(words, variables, &[])
    }

    #[test]
    fn the_parser_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_flag_of_libtest_is_accepted() {
        let words = "a b --skip c --skip d --exact --ignored --include-ignored --list --test-threads 1 --no-capture \
                     --nocapture --nocapture --show-output -q --color never --fail-fast --exclude-should-panic --test \
                     --bench -Z unstable-options --report-time --ensure-time --shuffle --shuffle-seed 7 \
                     --force-run-in-process --logfile x";
        let settings = resolve(&words.split_whitespace().collect::<Vec<_>>(), &[]).unwrap();
        assert_eq!(settings.names.patterns, ["a", "b"]);
        assert_eq!(settings.names.skips, ["c", "d"]);
        assert_eq!(settings.notes.len(), 2, "{:?}", settings.notes);
        for format in ["pretty", "terse", "json", "junit"] {
            resolve(&["--format", format], &[]).unwrap();
        }
        resolve(
            &["-Zunstable-options", "--format=json", "--report-time=plain"],
            &[],
        )
        .unwrap();
    }

    #[test]
    fn flag_beats_variable_beats_default() {
        let dut = |words: &[&str], variables: &[(&str, &str)]| {
            resolve(words, variables)
                .unwrap()
                .params
                .dut()
                .unwrap()
                .to_string()
        };
        let variables = [("KISSATS_DUT", "from-variable")];
        assert_eq!(dut(&["--dut", "from-flag"], &variables), "from-flag");
        assert_eq!(dut(&[], &variables), "from-variable");
        assert_eq!(dut(&[], &[]), "default-dut");
        assert_eq!(dut(&[], &[("KISSATS_DUT", "")]), "default-dut");
    }

    #[test]
    fn parameters_are_json_or_text() {
        let settings = resolve(
            &["--param", "n=3", "--param", "s=three", "--param", "l=[1,2]"],
            &[],
        )
        .unwrap();
        assert_eq!(settings.params.get::<u32>("n").unwrap(), Some(3));
        assert_eq!(
            settings.params.get::<String>("s").unwrap(),
            Some("three".to_owned())
        );
        assert_eq!(
            settings.params.get::<Vec<u8>>("l").unwrap(),
            Some(vec![1, 2])
        );
        let error = settings.params.get::<u32>("s").unwrap_err();
        assert!(error.to_string().contains("`s` is `\"three\"`"), "{error}");
    }

    #[test]
    fn all_mistakes_are_reported_at_once() {
        let errors = resolve(
            &["--dut", " x", "--param", "novalue", "--test-threads", "0"],
            &[],
        )
        .unwrap_err();
        assert_eq!(errors.len(), 3, "{errors:?}");
        let errors =
            resolve(&[], &[("RUST_TEST_THREADS", "many"), ("KISSATS_ATS", "[x")]).unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
    }

    /// For every key of `[run]`: two values as a variable or flag spells them, and as JSON.
    fn samples(key: &str) -> [(&'static str, Value); 2] {
        match key {
            "task_package" => [("one", json!("one")), ("two", json!("two"))],
            "package_version" => [("^1", json!("^1")), ("^2", json!("^2"))],
            "test_groups" | "valid_result" => [("a,b", json!(["a", "b"])), ("c", json!(["c"]))],
            "ats_client" | "ats" | "dut" => [("x", json!("x")), ("y", json!("y"))],
            "ats_client_kwargs" => [("{\"a\":1}", json!({ "a": 1 })), ("{}", json!({}))],
            "thread_limit" | "process_limit" => [("3", json!(3)), ("4", json!(4))],
            "resource_mode" => [
                ("per_task_combine", json!("per_task_combine")),
                ("all", json!("all")),
            ],
            "run_mode" => [("thread", json!("thread")), ("normal", json!("normal"))],
            "ignore_prereq" | "fail_fast" | "skip_setup" | "skip_teardown" | "summary" => {
                [("on", json!(true)), ("0", json!(false))]
            }
            other => panic!("no samples for {other}"),
        }
    }

    /// The value of a key and its origin, as `--show-config` would show them.
    fn shown_as(settings: &Settings, table: &str, key: &str) -> (Value, String) {
        let shown = settings.shown.as_ref().unwrap().iter();
        let mut found = shown.filter(|entry| entry.table == table && entry.key == key);
        let entry = found.next().unwrap();
        (entry.value.value.clone(), entry.value.origin.to_string())
    }

    #[test]
    fn every_option_goes_by_rank() {
        let documents = RunConfig::default().to_document();
        for option in RUN_OPTIONS {
            let key = option.key;
            let [(first_text, first), (second_text, second)] = samples(key);
            let is_rule_of_run = documents.get(key).is_some();
            let flag_words: Option<Vec<&str>> = option.flag.map(|(flag, _)| match first {
                Value::Bool(_) => vec![flag],
                Value::Array(_) => vec![flag, "a", flag, "b"],
                _ => vec![flag, first_text],
            });
            let variables: Vec<(&str, &str)> = option
                .variables
                .iter()
                .map(|name| (*name, second_text))
                .collect();
            // TOML and JSON spell these values alike, but for the mapping.
            let in_file = |value: &Value| {
                format!("[run]\n{key} = {}\n", value.to_string().replace(':', " = "))
            };
            let in_params = |value: &Value| json!({ key: value, "serial": 1 }).to_string();
            let (file, params) = (in_file(&first), in_params(&second));
            let check = |words: &[&str], variables: &[_], files: &[_], expected: (&Value, &str)| {
                let words = [&["--show-config"], words].concat();
                let settings = resolve_with(&words, variables, files).unwrap();
                let (value, origin) = shown_as(&settings, "run", key);
                assert_eq!((&value, origin.as_str()), expected, "{key}");
            };
            let files = [(FILE, file.as_str()), ("p.json", params.as_str())];
            check(&[], &[], &files, (&first, "file .config/kissats.toml:2:1"));
            if is_rule_of_run {
                check(
                    &["--params", "p.json"],
                    &[],
                    &files,
                    (&second, "file p.json"),
                );
            }
            let (file, params) = (in_file(&first), in_params(&first));
            let files = [(FILE, file.as_str()), ("p.json", params.as_str())];
            for name in option.variables {
                let origin = format!("variable {name}");
                let words: &[&str] = if is_rule_of_run {
                    &["--params", "p.json"]
                } else {
                    &[]
                };
                check(words, &[(*name, second_text)], &files, (&second, &origin));
            }
            if let (Some(words), Some((flag, _))) = (flag_words, option.flag) {
                check(
                    &words,
                    &variables,
                    &files,
                    (&first, &format!("flag {flag}")),
                );
            }
            let by_default = match key {
                "dut" => (json!("default-dut"), "the test target"),
                key => (
                    documents.get(key).cloned().unwrap_or(json!(false)),
                    "default",
                ),
            };
            check(&[], &[], &[], (&by_default.0, by_default.1));
        }
    }

    #[test]
    fn every_option_refuses_what_it_cannot_be_under_the_name_of_who_said_it() {
        let wrong = |shape| match shape {
            Shape::Text => " ",
            Shape::Number => "many",
            Shape::Flag => "maybe",
            Shape::Words => "[",
            Shape::Json => "[1]",
        };
        for option in RUN_OPTIONS {
            if ["ats_client", "valid_result"].contains(&option.key) {
                // Any word will do.
                continue;
            }
            for name in option.variables {
                let errors = resolve(&[], &[(name, wrong(option.shape))]).unwrap_err();
                assert_eq!(errors.len(), 1, "{errors:?}");
                assert!(errors[0].starts_with(&format!("{name}: ")), "{errors:?}");
            }
        }
        let errors = resolve(
            &["--run-mode", "threads"],
            &[("KISSATS_FAIL_FAST", "maybe")],
        );
        assert_eq!(
            errors.unwrap_err(),
            [
                "--run-mode: expected one of normal, thread, process, found \"threads\"; did you mean `thread`?",
                "KISSATS_FAIL_FAST: expected true or false, found \"maybe\"",
            ]
        );
    }

    #[test]
    fn parameters_come_from_flag_file_and_configuration() {
        let files = [
            (FILE, "[params]\na = 1\nb = 1\nc = 1\n"),
            (
                "p.json",
                "{ \"b\": 2, \"c\": 2, \"dut\": \"from-params\", \"n\": null }",
            ),
        ];
        let words = ["--params", "p.json", "--param", "c=3", "--show-config"];
        let settings = resolve_with(&words, &[], &files).unwrap();
        for (key, value, origin) in [
            ("a", json!(1), "file .config/kissats.toml:2:1"),
            ("b", json!(2), "file p.json"),
            ("c", json!(3), "flag --param"),
            ("n", json!(null), "file p.json"),
        ] {
            assert_eq!(
                shown_as(&settings, "params", key),
                (value.clone(), origin.to_owned())
            );
            assert_eq!(settings.params.value(key), Some(&value));
        }
        assert_eq!(settings.params.dut().unwrap(), "from-params");
        let by_variable = [("KISSATS_PARAMS", "p.json")];
        let settings = resolve_with(&["--show-config"], &by_variable, &files).unwrap();
        let path = (json!("p.json"), "variable KISSATS_PARAMS".to_owned());
        assert_eq!(shown_as(&settings, "run", "--params"), path);
        assert_eq!(settings.params.value("b"), Some(&json!(2)));
    }

    #[test]
    fn mistakes_of_all_sources_are_reported_at_once() {
        let files = [
            (FILE, "[run]\ndtu = 1\n"),
            ("p.json", "{ \"thread_limit\": 0 }"),
        ];
        let words = [
            "--params",
            "p.json",
            "--param",
            "dut=x",
            "--resource-mode",
            "al",
        ];
        let errors = resolve_with(&words, &[("KISSATS_RUN_MODE", "fast")], &files).unwrap_err();
        assert_eq!(
            errors,
            [
                ".config/kissats.toml:2:1: run.dtu: unknown key; did you mean `dut`?",
                "p.json: thread_limit: expected a whole number of at least 1, found 0",
                "--resource-mode: expected one of all, per_task_separate, per_task_combine, custom_all, \
                 custom_separate, custom_combine, found \"al\"; did you mean `all`?",
                "KISSATS_RUN_MODE: expected one of normal, thread, process, found \"fast\"",
                "--param dut=…: `dut` belongs to the run: use `--dut`; tasks see it all the same",
            ]
        );
        let missing = resolve(&["--params", "no.json"], &[]).unwrap_err();
        assert!(
            missing[0].starts_with("no.json: cannot be read: "),
            "{missing:?}"
        );
    }

    #[test]
    fn groups_of_a_file_give_way_to_names_on_the_command_line() {
        let files = [(FILE, "[run]\ntest_groups = [\"smoke\"]\n")];
        let groups = |words: &[&str]| {
            let settings = resolve_with(words, &[], &files).unwrap();
            settings.narrowing.groups.len()
        };
        assert_eq!(groups(&[]), 1);
        assert_eq!(groups(&["rail"]), 0);
        assert_eq!(groups(&["rail", "--group", "smoke"]), 1);
    }

    #[test]
    fn what_cannot_be_honoured_is_said_with_who_asked_for_it() {
        let settings = resolve(
            &[
                "--run-mode",
                "process",
                "--resource-mode",
                "custom_all",
                "--test-threads",
                "4",
            ],
            &[("KISSATS_PROCESS_LIMIT", "2")],
        )
        .unwrap();
        assert_eq!(settings.notes.len(), 3, "{:?}", settings.notes);
        for origin in ["flag --test-threads", "variable KISSATS_PROCESS_LIMIT"] {
            assert!(
                settings.notes.iter().any(|note| note.contains(origin)),
                "{:?}",
                settings.notes
            );
        }
        assert_eq!(
            resolve(&["--resource-mode", "all"], &[]).unwrap().notes,
            [""; 0]
        );
    }
}
