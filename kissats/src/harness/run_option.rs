//! The keys of `[run]` as flags and variables say them.

use serde_json::Value;

use crate::harness::args::Args;

/// How the text of a variable becomes a value. What it cannot be stays text, for the schema to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    /// A span of time: seconds, or text with units.
    Span,
    /// `1`, `true`, `yes`, `on`, and their opposites.
    Flag,
    /// Words with commas between them.
    Words,
    /// A mapping.
    Json,
}

/// What a flag was given, if it is there.
type Given = fn(&Args) -> Option<Value>;

/// One key of `[run]`.
pub(super) struct RunOption {
    pub(super) key: &'static str,
    pub(super) shape: Shape,
    /// The flag and what it was given, if the key has a flag.
    pub(super) flag: Option<(&'static str, Given)>,
    /// The variables that are asked, the first one first.
    pub(super) variables: &'static [&'static str],
}

/// Every key of `[run]`.
pub(super) const RUN_OPTIONS: &[RunOption] = &[
    RunOption {
        key: "task_package",
        shape: Shape::Text,
        flag: Some(("--task-package", |args| text(&args.task_package))),
        variables: &["KISSATS_TASK_PACKAGE"],
    },
    RunOption {
        key: "package_version",
        shape: Shape::Text,
        flag: Some(("--package-version", |args| text(&args.package_version))),
        variables: &["KISSATS_PACKAGE_VERSION"],
    },
    RunOption {
        key: "test_groups",
        shape: Shape::Words,
        flag: Some(("--group", |args| {
            (!args.group.is_empty()).then(|| Value::from(args.group.clone()))
        })),
        variables: &["KISSATS_GROUPS"],
    },
    RunOption {
        key: "ats_client",
        shape: Shape::Text,
        flag: Some(("--ats-client", |args| text(&args.ats_client))),
        variables: &["KISSATS_ATS_CLIENT"],
    },
    RunOption {
        key: "ats_client_kwargs",
        shape: Shape::Json,
        flag: None,
        variables: &["KISSATS_ATS_CLIENT_KWARGS"],
    },
    RunOption {
        key: "valid_result",
        shape: Shape::Words,
        flag: None,
        variables: &["KISSATS_VALID_RESULT"],
    },
    RunOption {
        key: "thread_limit",
        shape: Shape::Number,
        flag: Some(("--test-threads", |args| args.test_threads.map(Value::from))),
        variables: &["KISSATS_THREAD_LIMIT", "RUST_TEST_THREADS"],
    },
    RunOption {
        key: "process_limit",
        shape: Shape::Number,
        flag: None,
        variables: &["KISSATS_PROCESS_LIMIT"],
    },
    RunOption {
        key: "resource_mode",
        shape: Shape::Text,
        flag: Some(("--resource-mode", |args| text(&args.resource_mode))),
        variables: &["KISSATS_RESOURCE_MODE"],
    },
    RunOption {
        key: "run_mode",
        shape: Shape::Text,
        flag: Some(("--run-mode", |args| text(&args.run_mode))),
        variables: &["KISSATS_RUN_MODE"],
    },
    RunOption {
        key: "ats",
        shape: Shape::Text,
        flag: Some(("--ats", |args| text(&args.ats))),
        variables: &["KISSATS_ATS"],
    },
    RunOption {
        key: "dut",
        shape: Shape::Text,
        flag: Some(("--dut", |args| text(&args.dut))),
        variables: &["KISSATS_DUT"],
    },
    RunOption {
        key: "ignore_prereq",
        shape: Shape::Flag,
        flag: Some(("--ignore-prereq", |args| given(args.ignore_prereq))),
        variables: &["KISSATS_IGNORE_PREREQ"],
    },
    RunOption {
        key: "fail_fast",
        shape: Shape::Flag,
        flag: Some(("--fail-fast", |args| given(args.fail_fast))),
        variables: &["KISSATS_FAIL_FAST"],
    },
    RunOption {
        key: "fresh_process",
        shape: Shape::Flag,
        flag: Some(("--fresh-process", |args| given(args.fresh_process))),
        variables: &["KISSATS_FRESH_PROCESS"],
    },
    RunOption {
        key: "skip_setup",
        shape: Shape::Flag,
        flag: Some(("--skip-setup", |args| given(args.skip_setup))),
        variables: &["KISSATS_SKIP_SETUP"],
    },
    RunOption {
        key: "skip_teardown",
        shape: Shape::Flag,
        flag: Some(("--skip-teardown", |args| given(args.skip_teardown))),
        variables: &["KISSATS_SKIP_TEARDOWN"],
    },
    RunOption {
        key: "summary",
        shape: Shape::Flag,
        flag: Some(("--summary", |args| given(args.summary))),
        variables: &["KISSATS_SUMMARY"],
    },
    RunOption {
        key: "no_capture",
        shape: Shape::Flag,
        flag: Some(("--no-capture", |args| given(args.no_capture))),
        variables: &["KISSATS_NO_CAPTURE", "RUST_TEST_NOCAPTURE"],
    },
    RunOption {
        key: "show_output",
        shape: Shape::Flag,
        flag: Some(("--show-output", |args| given(args.show_output))),
        variables: &["KISSATS_SHOW_OUTPUT"],
    },
    RunOption {
        key: "global_timeout",
        shape: Shape::Span,
        flag: Some(("--global-timeout", |args| {
            args.global_timeout
                .as_deref()
                .map(|text| Shape::Span.read(text))
        })),
        variables: &["KISSATS_GLOBAL_TIMEOUT"],
    },
    RunOption {
        key: "shuffle",
        shape: Shape::Flag,
        flag: Some(("--shuffle", |args| given(args.shuffle))),
        variables: &["KISSATS_SHUFFLE", "RUST_TEST_SHUFFLE"],
    },
    RunOption {
        key: "seed",
        shape: Shape::Number,
        flag: Some(("--seed", |args| args.seed.map(Value::from))),
        variables: &["KISSATS_SEED", "RUST_TEST_SHUFFLE_SEED"],
    },
    RunOption {
        key: "plan_starts",
        shape: Shape::Number,
        flag: Some(("--plan-starts", |args| args.plan_starts.map(Value::from))),
        variables: &["KISSATS_PLAN_STARTS"],
    },
    RunOption {
        key: "share_run",
        shape: Shape::Flag,
        flag: None,
        variables: &["KISSATS_SHARE_RUN"],
    },
    RunOption {
        key: "on_blocked",
        shape: Shape::Text,
        flag: Some(("--on-blocked", |args| text(&args.on_blocked))),
        variables: &["KISSATS_ON_BLOCKED"],
    },
];

fn text(flag: &Option<String>) -> Option<Value> {
    flag.clone().map(Value::from)
}

/// A flag that is not there says nothing, rather than no.
fn given(flag: bool) -> Option<Value> {
    flag.then_some(Value::Bool(true))
}

impl Shape {
    /// What a variable says.
    pub(super) fn read(self, text: &str) -> Value {
        let read = match self {
            Self::Text => None,
            Self::Number => text.trim().parse::<u64>().ok().map(Value::from),
            Self::Span => {
                let seconds = text.trim().parse::<f64>().ok();
                seconds
                    .filter(|seconds| seconds.is_finite())
                    .map(Value::from)
            }
            Self::Flag => match text.trim().to_lowercase().as_str() {
                "1" | "true" | "yes" | "on" => Some(Value::Bool(true)),
                "0" | "false" | "no" | "off" => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Words => {
                let words = text.split(',').map(str::trim);
                Some(words.filter(|word| !word.is_empty()).collect())
            }
            Self::Json => serde_json::from_str(text).ok(),
        };
        read.unwrap_or_else(|| Value::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RunTable;
    use crate::model::schema;

    #[test]
    fn the_page_has_a_row_for_every_option() {
        let page = include_str!("../../../docs/configuration.md");
        for option in RUN_OPTIONS {
            let start = format!("| `{}` |", option.key);
            let row = page.lines().find(|line| line.starts_with(&start));
            let row = row.unwrap_or_else(|| panic!("no row for {}", option.key));
            let flag = option.flag.map(|(flag, _)| flag);
            for word in flag.iter().chain(option.variables) {
                assert!(row.contains(&format!("`{word}`")), "{word}: {row}");
            }
        }
    }

    #[test]
    fn every_key_of_the_table_is_an_option() {
        let unknown = Value::Object([("?".to_owned(), Value::Null)].into_iter().collect());
        let errors = schema::read(&unknown, |node| Some(RunTable::read(&mut node.fields()?)));
        let text = errors.unwrap_err().to_string();
        let (_, known) = text.split_once("known here: ").unwrap();
        let options: Vec<&str> = RUN_OPTIONS.iter().map(|option| option.key).collect();
        assert_eq!(known.split(", ").collect::<Vec<_>>(), options);
    }
}
