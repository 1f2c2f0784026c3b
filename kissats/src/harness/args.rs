//! The words of the command line, before they mean anything.

use clap::{ArgAction, Parser, ValueEnum};

/// Every flag that libtest accepts, and kissats' own.
///
/// Cargo, nextest and IDEs send them.
#[derive(Debug, Default, Parser)]
#[command(
    about = "Runs the tasks of this pack",
    disable_version_flag = true,
    args_override_self = true,
    override_usage = "cargo test -p PACK -- [OPTIONS] [FILTERS...]",
    after_help = "A task is shown as `[group] module::task`; a filter matches any part of that, so `smoke` or \
                  `[smoke]` runs a group. What the selected tasks need runs with them."
)]
pub(crate) struct Args {
    /// Run only tasks whose shown name contains one of these
    #[arg(value_name = "FILTERS")]
    pub(crate) filters: Vec<String>,
    /// Do not run tasks whose shown name contains this (may be repeated)
    #[arg(long, value_name = "FILTER", action = ArgAction::Append)]
    pub(crate) skip: Vec<String>,
    /// Match whole names instead of parts
    #[arg(long)]
    pub(crate) exact: bool,
    /// Run only ignored tasks
    #[arg(long)]
    pub(crate) ignored: bool,
    /// Run ignored tasks too
    #[arg(long)]
    pub(crate) include_ignored: bool,
    /// List the tasks and run nothing
    #[arg(long)]
    pub(crate) list: bool,
    /// Start nothing new after the first failure [env: KISSATS_FAIL_FAST]
    #[arg(long)]
    pub(crate) fail_fast: bool,

    /// The device under test: tasks for other devices are ignored [env: KISSATS_DUT]
    #[arg(long, value_name = "NAME", help_heading = "kissats")]
    pub(crate) dut: Option<String>,
    /// The test system: tasks for other systems are ignored [env: KISSATS_ATS]
    #[arg(long, value_name = "NAME", help_heading = "kissats")]
    pub(crate) ats: Option<String>,
    /// A parameter for the tasks; the value is JSON, or else text (may be repeated)
    #[arg(long, value_name = "KEY=VALUE", action = ArgAction::Append, help_heading = "kissats")]
    pub(crate) param: Vec<String>,
    /// A file of parameters, .json or .yaml: rules of the run and values for the tasks [env: KISSATS_PARAMS]
    #[arg(long, value_name = "FILE", help_heading = "kissats")]
    pub(crate) params: Option<String>,
    /// Run only tasks of this group (may be repeated) [env: KISSATS_GROUPS, with commas]
    #[arg(long, value_name = "NAME", action = ArgAction::Append, help_heading = "kissats")]
    pub(crate) group: Vec<String>,
    /// Leave out set-up tasks that are not selected by their whole name [env: KISSATS_SKIP_SETUP]
    #[arg(long, help_heading = "kissats")]
    pub(crate) skip_setup: bool,
    /// Leave out teardown tasks that are not selected by their whole name [env: KISSATS_SKIP_TEARDOWN]
    #[arg(long, help_heading = "kissats")]
    pub(crate) skip_teardown: bool,
    /// Neither pull in prerequisites nor wait for them [env: KISSATS_IGNORE_PREREQ]
    #[arg(long, help_heading = "kissats")]
    pub(crate) ignore_prereq: bool,
    /// Where tasks run: normal, thread or process [env: KISSATS_RUN_MODE]
    #[arg(long, value_name = "MODE", help_heading = "kissats")]
    pub(crate) run_mode: Option<String>,
    /// Give every task that runs in a process, or chain of tied tasks, one that no other has used [env: KISSATS_FRESH_PROCESS]
    #[arg(long, help_heading = "kissats")]
    pub(crate) fresh_process: bool,
    /// When resources are reserved: all, per_task_separate, … [env: KISSATS_RESOURCE_MODE]
    #[arg(long, value_name = "MODE", help_heading = "kissats")]
    pub(crate) resource_mode: Option<String>,
    /// Who owns the resources: host, local, or a client of your own [env: KISSATS_ATS_CLIENT]
    #[arg(long, value_name = "NAME", help_heading = "kissats")]
    pub(crate) ats_client: Option<String>,
    /// Run only tasks of this linked pack [env: KISSATS_TASK_PACKAGE]
    #[arg(long, value_name = "PACK", help_heading = "kissats")]
    pub(crate) task_package: Option<String>,
    /// The versions of that pack that will do, such as `>=1.2` [env: KISSATS_PACKAGE_VERSION]
    #[arg(long, value_name = "VERSION", help_heading = "kissats")]
    pub(crate) package_version: Option<String>,
    /// How long the run may take, such as `10m`; then only teardowns run [env: KISSATS_GLOBAL_TIMEOUT]
    #[arg(long, value_name = "SPAN", help_heading = "kissats")]
    pub(crate) global_timeout: Option<String>,
    /// Run tasks in an order by chance, as far as their prerequisites allow [env: KISSATS_SHUFFLE]
    #[arg(long, help_heading = "kissats")]
    pub(crate) shuffle: bool,
    /// The same order by chance as another time: `--shuffle` with a seed
    #[arg(long, value_name = "SEED", help_heading = "kissats")]
    pub(crate) shuffle_seed: Option<u64>,
    /// Where everything that is left to chance begins [env: KISSATS_SEED]
    #[arg(long, value_name = "SEED", help_heading = "kissats")]
    pub(crate) seed: Option<u64>,
    /// How many starts of tasks are simulated at most to find a good order [env: KISSATS_PLAN_STARTS]
    #[arg(long, value_name = "N", help_heading = "kissats")]
    pub(crate) plan_starts: Option<u64>,
    /// Tell at the end how long it took and how long it was estimated to take [env: KISSATS_SUMMARY]
    #[arg(long, help_heading = "kissats")]
    pub(crate) summary: bool,
    /// How to show a selected task that was blocked or not run: `fail`, `ignore` [env: KISSATS_ON_BLOCKED]
    #[arg(long, value_name = "WORD", help_heading = "kissats")]
    pub(crate) on_blocked: Option<String>,
    /// Write a configuration for nextest's clocks to FILE or stdout, and run nothing
    #[arg(long, num_args = 0..=1, value_name = "FILE", help_heading = "kissats")]
    pub(crate) nextest_config: Option<Option<String>>,
    /// Print the order, the expected time, what no order can beat and why, and run nothing
    #[arg(long, help_heading = "kissats")]
    pub(crate) plan: bool,
    /// Print every setting and where it comes from, and run nothing
    #[arg(long, help_heading = "kissats")]
    pub(crate) show_config: bool,

    /// How to show results
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<Format>,
    /// One character per task, the same as `--format terse`
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", help_heading = "Output")]
    pub(crate) color: Option<Color>,
    /// Write the report to this file instead of stdout
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(crate) logfile: Option<String>,
    /// Show what tasks write as it comes, instead of below a failure [env: KISSATS_NO_CAPTURE]
    #[arg(long, visible_alias = "nocapture", help_heading = "Output")]
    pub(crate) no_capture: bool,
    /// Show what tasks wrote that passed, too [env: KISSATS_SHOW_OUTPUT]
    #[arg(long, help_heading = "Output")]
    pub(crate) show_output: bool,
    /// Say at the end how long each task ran; there is one style
    #[arg(long, num_args = 0..=1, value_name = "STYLE", require_equals = true, help_heading = "Output")]
    pub(crate) report_time: Option<Option<String>>,

    /// How many tasks run at a time in this process [env: KISSATS_THREAD_LIMIT]
    #[arg(long, value_name = "N", help_heading = "kissats")]
    pub(crate) test_threads: Option<usize>,
    /// Not supported: `timeout` limits a task
    #[arg(long, help_heading = "Accepted for libtest")]
    pub(crate) ensure_time: bool,
    /// Run tests and not benchmarks; there are no benchmarks
    #[arg(long, help_heading = "Accepted for libtest")]
    pub(crate) test: bool,
    /// Run benchmarks instead of tests; there are none
    #[arg(long, help_heading = "Accepted for libtest")]
    pub(crate) bench: bool,
    /// Accepted: no task is expected to panic
    #[arg(long, help_heading = "Accepted for libtest")]
    pub(crate) exclude_should_panic: bool,
    /// Accepted
    #[arg(long, help_heading = "Accepted for libtest")]
    pub(crate) force_run_in_process: bool,
    /// Accepted: `unstable-options`
    #[arg(short = 'Z', value_name = "FLAG", action = ArgAction::Append, help_heading = "Accepted for libtest")]
    pub(crate) unstable: Vec<String>,
}

impl Args {
    /// The words of this process.
    ///
    /// # Errors
    /// What clap has to say, help included.
    pub(crate) fn of_process() -> Result<Self, clap::Error> {
        let words: Option<Vec<String>> = std::env::args_os()
            .skip(1)
            .map(|word| word.into_string().ok())
            .collect();
        match words.and_then(|words| Self::of_plain_words(&words)) {
            Some(args) => Ok(args),
            None => Self::try_parse(),
        }
    }

    /// Filters and the flags with which nextest starts every process. Such words mean the same to clap,
    /// which takes as long for them as all the rest of that process; `None` for all others.
    pub(super) fn of_plain_words(words: &[String]) -> Option<Self> {
        let mut args = Self::default();
        for word in words {
            match word.as_str() {
                "--exact" => args.exact = true,
                "--nocapture" => args.no_capture = true,
                "--ignored" => args.ignored = true,
                filter if filter.starts_with('-') => return None,
                filter => args.filters.push(filter.to_owned()),
            }
        }
        Some(args)
    }
}

/// The values of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line per task
    Pretty,
    /// One character per task
    Terse,
    /// One JSON object per event
    Json,
    /// Not supported yet: shown as `pretty`
    Junit,
}

/// The values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// If stdout is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
