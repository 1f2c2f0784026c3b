//! What the command line, the environment and the files mean. Nobody reads a flag after this.

use std::io;
use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::config::{ConfigFile, Origin, ResourceTable, RunTable, SourceText, Sourced};
use crate::harness::args::{Args, Color, Format};
use crate::harness::environment::Environment;
use crate::harness::layer::{
    layer_of_file, layer_of_flags, layer_of_params, layer_of_target, layer_of_variables,
    params_file_of, run_table, sourced_path,
};
use crate::harness::notes::notes;
use crate::harness::report_output::ReportOutput;
use crate::harness::settings_error::SettingsError;
use crate::harness::show_config::{Shown, shown};
use crate::model::{
    GlobalParams, OnBlocked, PackName, ResourceMode, RunMode, TaskDefaults, ValidResults,
};
use crate::plan::{IgnoredTasks, NameFilter, Narrowing};
use crate::report::ReportFormat;
use crate::runtime::Capture;

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
    pub(super) thread_limit: NonZeroU32,
    pub(super) process_limit: NonZeroU32,
    pub(super) fresh_process: bool,
    pub(super) report_time: bool,
    pub(super) resource_mode: Sourced<ResourceMode>,
    /// The client's name; `None` lets this process own the resources.
    pub(super) ats_client: Option<String>,
    pub(super) ats_client_kwargs: Map<String, Value>,
    pub(super) fail_fast: Sourced<bool>,
    pub(super) summary: Sourced<bool>,
    /// Whether a process that a runner has started is a part of a larger run.
    pub(super) share_run: bool,
    pub(super) on_blocked: OnBlocked,
    pub(super) global_timeout: Option<Duration>,
    pub(super) shuffle: bool,
    pub(super) seed: Option<u64>,
    pub(super) plan_starts: Option<u64>,
    pub(super) capture: Capture,
    /// What those wrote that passed is shown, too.
    pub(super) show_output: bool,
    pub(super) task_defaults: TaskDefaults,
    pub(super) resources: ResourceTable,
    /// Where the configuration for nextest goes: to a file or to stdout; `None` if nobody wants it.
    pub(super) nextest_config: Option<Option<String>>,
    pub(super) list: bool,
    /// What would run is told, and nothing runs.
    pub(super) plan: bool,
    /// Every value under its table and key, for `--show-config`; `None` if that was not asked for.
    pub(super) shown: Option<Vec<Shown>>,
    /// Benchmarks were asked for, and there are none.
    pub(super) only_benchmarks: bool,
    pub(super) output: ReportOutput,
    /// What was asked for and cannot be honoured.
    pub(super) notes: Vec<String>,
}

/// What the run's defaults are where the user says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    pub(super) dut: Option<String>,
    pub(super) ats: Option<String>,
    /// Resource, instance, configuration.
    pub(super) instances: Vec<(String, String, Value)>,
}

impl Settings {
    /// Flag beats variable beats parameter file beats configuration file beats the test target beats
    /// the default. `read` hands out the text of the parameter file.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub(super) fn resolve(
        args: Args,
        environment: &Environment,
        read: impl Fn(&str) -> io::Result<String>,
        file: Option<SourceText>,
        defaults: Defaults,
    ) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Vec::new();
        let file = file.map_or_else(|| Ok(ConfigFile::default()), ConfigFile::parse);
        let file = file.unwrap_or_else(|mistakes| {
            errors.extend(mistakes.into_iter().map(SettingsError::from));
            ConfigFile::default()
        });
        let params_file = sourced_path(&args, environment);
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
        run.overlay(layer_of_variables(environment));
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
        let mut table = run_table(&run).map_err(|violations| {
            let violations = violations.into_iter();
            violations
                .map(|violation| SettingsError::Default(violation.problem))
                .collect::<Vec<_>>()
        })?;
        // An exit code is all that nextest looks at.
        let on_blocked = match environment.is_nextest() {
            true => OnBlocked::Fail,
            false => OnBlocked::Ignore,
        };
        let on_blocked = *table.on_blocked.get_or_insert(on_blocked);
        let origin = |key: &str| {
            let said = run.get(key);
            said.map_or(Origin::Default, |said| said.origin.clone())
        };
        let shown = args.show_config.then(|| {
            shown(
                &table,
                &run,
                params_file,
                &values,
                &file,
                &defaults.instances,
            )
        });
        let RunTable {
            config,
            fail_fast,
            fresh_process,
            skip_setup,
            skip_teardown,
            summary,
            share_run,
            on_blocked: _,
            global_timeout,
            shuffle,
            seed,
            plan_starts,
            no_capture,
            show_output,
        } = table;
        let mut notes = notes(&args);
        notes.extend(environment.notes());
        // Groups written down once and for all do not hide what the command line names.
        let groups_count = args.filters.is_empty()
            || matches!(origin("test_groups"), Origin::Flag(_) | Origin::Variable(_));
        let said = values.into_entries().into_iter();
        let mut values = Map::new();
        values.extend(said.map(|(key, said)| (key, said.value)));
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
            thread_limit: config.thread_limit,
            process_limit: config.process_limit,
            fresh_process,
            resource_mode: Sourced {
                value: config.resource_mode,
                origin: origin("resource_mode"),
            },
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
            share_run: share_run.unwrap_or(true),
            on_blocked,
            global_timeout,
            report_time: args.report_time.is_some(),
            shuffle,
            seed,
            plan_starts,
            capture: if no_capture {
                Capture::Nothing
            } else {
                Capture::Everything
            },
            show_output,
            task_defaults: file.task_defaults,
            resources: file.resources,
            nextest_config: args.nextest_config,
            list: args.list,
            plan: args.plan,
            shown,
            only_benchmarks: args.bench && !args.test,
            output: ReportOutput {
                format: match (args.format, args.quiet) {
                    (Some(Format::Json), _) => ReportFormat::Json,
                    (Some(Format::Terse), _) | (None, true) => ReportFormat::Terse,
                    (Some(Format::Pretty | Format::Junit) | None, _) => ReportFormat::Pretty,
                },
                color: args.color.unwrap_or(Color::Auto),
                logfile: args.logfile,
            },
            notes,
        })
    }
}
