//! What the command line and the environment mean. Nobody reads a flag after this.

use libtest_mimic::{ColorSetting, FormatSetting};
use serde_json::{Map, Value};

use crate::harness::args::{Args, Color, Format};
use crate::model::{AtsName, DutName, GlobalParams, NameError};
use crate::plan::{IgnoredTasks, NameFilter};

/// Everything the user decided.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) names: NameFilter,
    pub(super) ignored: IgnoredTasks,
    pub(super) params: GlobalParams,
    pub(super) list: bool,
    pub(super) fail_fast: bool,
    /// Benchmarks were asked for, and there are none.
    pub(super) only_benchmarks: bool,
    pub(super) output: libtest_mimic::Arguments,
    /// What was asked for and cannot be honoured.
    pub(super) notes: Vec<String>,
}

/// A value from the command line or the environment that makes no sense.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    #[error("{origin}: {source}")]
    Name {
        origin: &'static str,
        source: NameError,
    },
    #[error("--param {text}: expected KEY=VALUE, for example `--param serial=4711`")]
    Param { text: String },
    #[error("{origin}: expected the number of threads, at least 1, got `{text}`")]
    Threads { origin: &'static str, text: String },
}

/// What the run's defaults are where the user says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    pub(super) dut: Option<String>,
    pub(super) ats: Option<String>,
}

impl Settings {
    /// Flag beats variable beats default.
    pub(super) fn resolve(
        args: Args,
        variable: impl Fn(&str) -> Option<String>,
        defaults: Defaults,
    ) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Vec::new();
        let named = |flag: Option<String>, flag_name, variable_name, default: Option<String>| {
            let from_variable = variable(variable_name).filter(|text| !text.is_empty());
            match (flag, from_variable) {
                (Some(text), _) => (Some(text), flag_name),
                (None, Some(text)) => (Some(text), variable_name),
                (None, None) => (default, "the default in the test target"),
            }
        };
        let (dut, dut_origin) = named(args.dut, "--dut", "KISSATS_DUT", defaults.dut);
        let (ats, ats_origin) = named(args.ats, "--ats", "KISSATS_ATS", defaults.ats);
        let dut = name(dut, dut_origin, DutName::new, &mut errors);
        let ats = name(ats, ats_origin, AtsName::new, &mut errors);
        let values = parameters(&args.param, &mut errors);
        let threads = threads(args.test_threads, &variable, &mut errors);
        let mut notes = Vec::new();
        for (asked, what) in [
            (
                args.format == Some(Format::Junit),
                "--format junit is not supported yet; this is --format pretty",
            ),
            (
                args.shuffle || args.shuffle_seed.is_some(),
                "--shuffle is not supported yet; tasks run in order",
            ),
            (
                args.report_time.is_some() || args.ensure_time,
                "--report-time and --ensure-time are not supported yet",
            ),
            (
                threads.is_some_and(|threads| threads > 1),
                "tasks run one at a time; --test-threads has no effect yet",
            ),
        ] {
            if asked {
                notes.push(what.to_owned());
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            names: NameFilter {
                patterns: args.filters,
                skips: args.skip,
                exact: args.exact,
            },
            ignored: match (args.include_ignored, args.ignored) {
                (true, _) => IgnoredTasks::Include,
                (false, true) => IgnoredTasks::Only,
                (false, false) => IgnoredTasks::Skip,
            },
            params: GlobalParams::new(dut, ats, values),
            list: args.list,
            fail_fast: args.fail_fast,
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

fn name<N>(
    text: Option<String>,
    origin: &'static str,
    check: impl Fn(String) -> Result<N, NameError>,
    errors: &mut Vec<SettingsError>,
) -> Option<N> {
    match check(text?) {
        Ok(name) => Some(name),
        Err(source) => {
            errors.push(SettingsError::Name { origin, source });
            None
        }
    }
}

/// `key=value`, where the value is JSON if it can be read as such, and text if not.
fn parameters(texts: &[String], errors: &mut Vec<SettingsError>) -> Map<String, Value> {
    let mut values = Map::new();
    for text in texts {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                let value =
                    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
                values.insert(key.trim().to_owned(), value);
            }
            _ => errors.push(SettingsError::Param { text: text.clone() }),
        }
    }
    values
}

fn threads(
    flag: Option<usize>,
    variable: impl Fn(&str) -> Option<String>,
    errors: &mut Vec<SettingsError>,
) -> Option<usize> {
    let (origin, text) = match flag {
        Some(number) => ("--test-threads", number.to_string()),
        None => ("RUST_TEST_THREADS", variable("RUST_TEST_THREADS")?),
    };
    match text.parse() {
        Ok(number) if number > 0 => Some(number),
        _ => {
            errors.push(SettingsError::Threads { origin, text });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    fn resolve(words: &[&str], variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
        let args = Args::try_parse_from(std::iter::once(&"pack").chain(words))
            .map_err(|error| vec![error.to_string()])?;
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let defaults = Defaults {
            dut: Some("default-dut".to_owned()),
            ats: None,
        };
        Settings::resolve(args, variable, defaults)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
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
}
