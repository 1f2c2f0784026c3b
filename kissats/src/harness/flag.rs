//! The flags of the command line: what each takes, and where that is kept.

use std::fmt;

use crate::harness::args::{Args, Color, Format};

/// One flag, and what help says of it.
pub(super) struct Flag {
    pub(super) long: Option<&'static str>,
    pub(super) short: Option<char>,
    pub(super) takes: Takes,
    pub(super) help: &'static str,
}

/// What a flag takes, by the name that help has for it, and where it is kept.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Nothing: the flag is there or is not.
    Nothing(fn(&mut Args) -> &mut bool),
    Text(&'static str, fn(&mut Args) -> &mut Option<String>),
    /// One text each time that the flag is there.
    Texts(&'static str, fn(&mut Args) -> &mut Vec<String>),
    Number(&'static str, fn(&mut Args) -> &mut Option<u64>),
    /// One of these words.
    OneOf(&'static str, &'static [&'static str], fn(&mut Args, &str)),
    /// A text that may be left out, as the next word.
    MaybeNext(&'static str, fn(&mut Args) -> &mut Option<Option<String>>),
    /// A text that may be left out, in the same word behind `=`.
    MaybeBehind(&'static str, fn(&mut Args) -> &mut Option<Option<String>>),
}

use Takes::{MaybeBehind, MaybeNext, Nothing, Number, OneOf, Text, Texts};

impl Flag {
    /// `--long` and `-s`, whichever there are.
    pub(super) fn words(&self) -> impl Iterator<Item = String> {
        let long = self.long.map(|long| format!("--{long}"));
        long.into_iter()
            .chain(self.short.map(|short| format!("-{short}")))
    }
}

/// The flag with what it takes, as usage lines write it.
impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().next().unwrap_or_default())?;
        match self.takes {
            Nothing(_) => Ok(()),
            Text(value, _) | Texts(value, _) | Number(value, _) | OneOf(value, _, _) => {
                write!(f, " <{value}>")
            }
            MaybeNext(value, _) => write!(f, " [<{value}>]"),
            MaybeBehind(value, _) => write!(f, "[=<{value}>]"),
        }
    }
}

const fn flag(long: &'static str, takes: Takes, help: &'static str) -> Flag {
    Flag {
        long: Some(long),
        short: None,
        takes,
        help,
    }
}

/// Every flag that libtest accepts, and kissats' own, under the headings of help.
pub(super) const FLAGS: &[(&str, &[Flag])] = &[
    ("Options", SELECTING),
    ("kissats", OWN),
    ("Output", OUTPUT),
    ("Accepted for libtest", OF_LIBTEST),
];

const SELECTING: &[Flag] = &[
    flag(
        "skip",
        Texts("FILTER", |args| &mut args.skip),
        "Do not run tasks whose shown name contains this (may be repeated)",
    ),
    flag(
        "exact",
        Nothing(|args| &mut args.exact),
        "Match whole names instead of parts",
    ),
    flag(
        "ignored",
        Nothing(|args| &mut args.ignored),
        "Run only ignored tasks",
    ),
    flag(
        "include-ignored",
        Nothing(|args| &mut args.include_ignored),
        "Run ignored tasks too",
    ),
    flag(
        "list",
        Nothing(|args| &mut args.list),
        "List the tasks and run nothing",
    ),
    flag(
        "fail-fast",
        Nothing(|args| &mut args.fail_fast),
        "Start nothing new after the first failure [env: KISSATS_FAIL_FAST]",
    ),
    Flag {
        long: Some("help"),
        short: Some('h'),
        takes: Nothing(|args| &mut args.help),
        help: "Print this and run nothing",
    },
];

const OWN: &[Flag] = &[
    flag(
        "dut",
        Text("NAME", |args| &mut args.dut),
        "The device under test: tasks for other devices are ignored [env: KISSATS_DUT]",
    ),
    flag(
        "ats",
        Text("NAME", |args| &mut args.ats),
        "The test system: tasks for other systems are ignored [env: KISSATS_ATS]",
    ),
    flag(
        "param",
        Texts("KEY=VALUE", |args| &mut args.param),
        "A parameter for the tasks; the value is JSON, or else text (may be repeated)",
    ),
    flag(
        "params",
        Text("FILE", |args| &mut args.params),
        "A file of parameters, .json or .yaml: rules of the run and values for the tasks [env: KISSATS_PARAMS]",
    ),
    flag(
        "group",
        Texts("NAME", |args| &mut args.group),
        "Run only tasks of this group (may be repeated) [env: KISSATS_GROUPS, with commas]",
    ),
    flag(
        "skip-setup",
        Nothing(|args| &mut args.skip_setup),
        "Leave out set-up tasks that are not selected by their whole name [env: KISSATS_SKIP_SETUP]",
    ),
    flag(
        "skip-teardown",
        Nothing(|args| &mut args.skip_teardown),
        "Leave out teardown tasks that are not selected by their whole name [env: KISSATS_SKIP_TEARDOWN]",
    ),
    flag(
        "ignore-prereq",
        Nothing(|args| &mut args.ignore_prereq),
        "Neither pull in prerequisites nor wait for them [env: KISSATS_IGNORE_PREREQ]",
    ),
    flag(
        "run-mode",
        Text("MODE", |args| &mut args.run_mode),
        "Where tasks run: normal, thread or process [env: KISSATS_RUN_MODE]",
    ),
    flag(
        "fresh-process",
        Nothing(|args| &mut args.fresh_process),
        "Give every task that runs in a process, or chain of tied tasks, one that no other has used \
         [env: KISSATS_FRESH_PROCESS]",
    ),
    flag(
        "resource-mode",
        Text("MODE", |args| &mut args.resource_mode),
        "When resources are reserved: all, per_task_separate, … [env: KISSATS_RESOURCE_MODE]",
    ),
    flag(
        "ats-client",
        Text("NAME", |args| &mut args.ats_client),
        "Who owns the resources: host, local, or a client of your own [env: KISSATS_ATS_CLIENT]",
    ),
    flag(
        "task-package",
        Text("PACK", |args| &mut args.task_package),
        "Run only tasks of this linked pack [env: KISSATS_TASK_PACKAGE]",
    ),
    flag(
        "package-version",
        Text("VERSION", |args| &mut args.package_version),
        "The versions of that pack that will do, such as `>=1.2` [env: KISSATS_PACKAGE_VERSION]",
    ),
    flag(
        "global-timeout",
        Text("SPAN", |args| &mut args.global_timeout),
        "How long the run may take, such as `10m`; then only teardowns run [env: KISSATS_GLOBAL_TIMEOUT]",
    ),
    flag(
        "shuffle",
        Nothing(|args| &mut args.shuffle),
        "Run tasks in an order by chance, as far as their prerequisites allow [env: KISSATS_SHUFFLE]",
    ),
    flag(
        "shuffle-seed",
        Number("SEED", |args| &mut args.shuffle_seed),
        "The same order by chance as another time: `--shuffle` with a seed",
    ),
    flag(
        "seed",
        Number("SEED", |args| &mut args.seed),
        "Where everything that is left to chance begins [env: KISSATS_SEED]",
    ),
    flag(
        "plan-starts",
        Number("N", |args| &mut args.plan_starts),
        "How many starts of tasks are simulated at most to find a good order [env: KISSATS_PLAN_STARTS]",
    ),
    flag(
        "summary",
        Nothing(|args| &mut args.summary),
        "Tell at the end how long it took and how long it was estimated to take [env: KISSATS_SUMMARY]",
    ),
    flag(
        "on-blocked",
        Text("WORD", |args| &mut args.on_blocked),
        "How to show a selected task that was blocked or not run: `fail`, `ignore` [env: KISSATS_ON_BLOCKED]",
    ),
    flag(
        "nextest-config",
        MaybeNext("FILE", |args| &mut args.nextest_config),
        "Write a configuration for nextest's clocks to FILE or stdout, and run nothing",
    ),
    flag(
        "plan",
        Nothing(|args| &mut args.plan),
        "Print the order, the expected time, what no order can beat and why, and run nothing",
    ),
    flag(
        "show-config",
        Nothing(|args| &mut args.show_config),
        "Print every setting and where it comes from, and run nothing",
    ),
    flag(
        "test-threads",
        Number("N", |args| &mut args.test_threads),
        "How many tasks run at a time in this process [env: KISSATS_THREAD_LIMIT]",
    ),
];

const OUTPUT: &[Flag] = &[
    flag(
        "format",
        OneOf("FORMAT", Format::WORDS, |args, word| {
            args.format = Format::of(word);
        }),
        "How to show results: a line, a character or a JSON object for each task",
    ),
    Flag {
        long: Some("quiet"),
        short: Some('q'),
        takes: Nothing(|args| &mut args.quiet),
        help: "One character per task, the same as `--format terse`",
    },
    flag(
        "color",
        OneOf("WHEN", Color::WORDS, |args, word| {
            args.color = Color::of(word);
        }),
        "When to use colour; `auto` is if stdout is a terminal",
    ),
    flag(
        "logfile",
        Text("PATH", |args| &mut args.logfile),
        "Write the report to this file instead of stdout",
    ),
    flag(
        "no-capture",
        Nothing(|args| &mut args.no_capture),
        "Show what tasks write as it comes, instead of below a failure [env: KISSATS_NO_CAPTURE]",
    ),
    flag(
        "nocapture",
        Nothing(|args| &mut args.no_capture),
        "The same",
    ),
    flag(
        "show-output",
        Nothing(|args| &mut args.show_output),
        "Show what tasks wrote that passed, too [env: KISSATS_SHOW_OUTPUT]",
    ),
    flag(
        "report-time",
        MaybeBehind("STYLE", |args| &mut args.report_time),
        "Say at the end how long each task ran; there is one style",
    ),
];

const OF_LIBTEST: &[Flag] = &[
    flag(
        "ensure-time",
        Nothing(|args| &mut args.ensure_time),
        "Not supported: `timeout` limits a task",
    ),
    flag(
        "test",
        Nothing(|args| &mut args.test),
        "Run tests and not benchmarks; there are no benchmarks",
    ),
    flag(
        "bench",
        Nothing(|args| &mut args.bench),
        "Run benchmarks instead of tests; there are none",
    ),
    flag(
        "exclude-should-panic",
        Nothing(|args| &mut args.accepted),
        "Accepted: no task is expected to panic",
    ),
    flag(
        "force-run-in-process",
        Nothing(|args| &mut args.accepted),
        "Accepted",
    ),
    Flag {
        long: None,
        short: Some('Z'),
        takes: Texts("FLAG", |args| &mut args.unstable),
        help: "Accepted: `unstable-options`",
    },
];
