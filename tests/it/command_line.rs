//! Every word of the command line, with the exit code, the lines and the counts that it leads to.

use std::fs;
use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project};
use serde_json::Value;

static PACK: LazyLock<Project> = LazyLock::new(|| {
    let target = "kissats::main!(command_line_pack);\n";
    let lib = include_str!("../packs/command_line.rs");
    Project::with_files(
        "command-line-pack",
        &[
            ("src/lib.rs", lib),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", target),
        ],
    )
});

/// The tasks of the pack as they are shown, in the order in which they run.
const TASKS: [&str; 11] = [
    "[smoke] power::on",
    "[smoke][power] power::rail",
    "power::off",
    "dut::boot",
    "[slow] dut::update",
    "night",
    "week",
    "widget_b",
    "in_the_lab",
    "fails_if_told",
    "parameters",
];

/// Those that a plain run ignores.
const IGNORED: [&str; 2] = ["night", "week"];

/// What a command line came to.
struct Ran {
    finished: Finished,
    marks: Vec<String>,
}

/// `cargo test -- WORDS`. Each caller has a name of its own for the marks.
fn cargo_test(marks: &str, words: &[&str], variables: &[(&str, &str)]) -> Ran {
    let marks = Marks::new(&format!("command_line-{marks}"));
    let mut command = PACK.test_command(words);
    command
        .env(Marks::VARIABLE, marks.path())
        .envs(variables.iter().copied());
    Ran {
        finished: Finished::of(&mut command),
        marks: marks.lines(),
    }
}

impl Ran {
    /// The tasks that ran, in order.
    fn tasks(&self) -> Vec<&str> {
        let is_task = |mark: &&str| TASKS.iter().any(|shown| path_of(shown) == *mark);
        self.marks
            .iter()
            .map(String::as_str)
            .filter(is_task)
            .collect()
    }

    /// All that the counts must add up to.
    fn expect_counts(&self, [passed, failed, ignored, filtered_out]: [usize; 4]) {
        assert_eq!(
            passed + failed + ignored + filtered_out,
            TASKS.len(),
            "every task is counted once"
        );
        let word = if failed == 0 { "ok" } else { "FAILED" };
        assert_eq!(
            self.finished.counts(),
            format!(
                "test result: {word}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; \
                 {filtered_out} filtered out"
            ),
            "{}",
            self
        );
    }

    fn expect_success(&self) {
        assert_eq!(self.finished.code, Some(0), "{self}");
    }

    /// The exit code of a failed run is 101: of any other, cargo would say which it was.
    fn expect_failure(&self) {
        assert_eq!(self.finished.code, Some(101), "{self}");
        assert!(
            !self
                .finished
                .stderr
                .contains("process didn't exit successfully"),
            "{self}"
        );
    }

    /// A plain run of everything.
    fn expect_everything(&self) {
        self.expect_success();
        assert_eq!(self.tasks(), ran_by_default(), "{self}");
        self.expect_counts([9, 0, 2, 0]);
    }

    /// Refused before anything was started.
    fn expect_refused(&self, messages: &[&str]) {
        self.expect_failure();
        assert_eq!(self.finished.stdout, "", "{self}");
        assert_eq!(self.tasks(), [""; 0], "{self}");
        for message in messages {
            assert!(
                self.finished.stderr.contains(message),
                "no `{message}` in\n{self}"
            );
        }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Finished {
            code,
            stdout,
            stderr,
        } = &self.finished;
        write!(
            f,
            "exit {code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}--- marks\n{}",
            self.marks.join("\n")
        )
    }
}

/// `power::on` of `[smoke] power::on`.
fn path_of(shown: &'static str) -> &'static str {
    shown.rsplit_once("] ").map_or(shown, |(_, path)| path)
}

/// What `--list` prints of these tasks.
fn list_of(tasks: &[&str]) -> String {
    tasks.iter().map(|name| format!("{name}: test\n")).collect()
}

fn ran_by_default() -> Vec<&'static str> {
    TASKS
        .into_iter()
        .filter(|shown| !IGNORED.contains(shown))
        .map(path_of)
        .collect()
}

#[test]
fn names_groups_and_skips_select_tasks_and_what_they_need() {
    struct Case {
        words: &'static [&'static str],
        /// What is reported, as `NAME: OUTCOME`.
        shown: &'static [&'static str],
        /// What runs with it.
        needed: &'static [&'static str],
    }
    const ON: &str = "[smoke] power::on: ok";
    const RAIL: &str = "[smoke][power] power::rail: ok";
    let cases = [
        Case {
            words: &["dut"],
            shown: &["dut::boot: ok", "[slow] dut::update: ok"],
            needed: &[],
        },
        Case {
            words: &["night", "dut::boot", "no such task"],
            shown: &["dut::boot: ok", "night: ignored (takes a night)"],
            needed: &[],
        },
        Case {
            words: &["smoke"],
            shown: &[ON, RAIL],
            needed: &[],
        },
        Case {
            words: &["[smoke]"],
            shown: &[ON, RAIL],
            needed: &[],
        },
        Case {
            words: &["[smoke]", "boot"],
            shown: &[ON, RAIL, "dut::boot: ok"],
            needed: &[],
        },
        Case {
            words: &["[power]"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["[slow]"],
            shown: &["[slow] dut::update: ok"],
            needed: &["dut::boot: ok"],
        },
        Case {
            words: &["no such task"],
            shown: &[],
            needed: &[],
        },
        Case {
            words: &["--exact", "power::rail"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["power::rail", "--exact", "--show-output"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["--exact", "[smoke][power] power::rail"],
            shown: &[RAIL],
            needed: &[ON],
        },
        Case {
            words: &["--exact", "power::off", "[smoke] power::on"],
            shown: &[ON, "power::off: ok"],
            needed: &[],
        },
        Case {
            words: &["--exact", "night"],
            shown: &["night: ignored (takes a night)"],
            needed: &[],
        },
        Case {
            words: &["power", "--skip", "[power]"],
            shown: &[ON, "power::off: ok"],
            needed: &[],
        },
        Case {
            words: &["power", "--skip", "rail", "--skip=off"],
            shown: &[ON],
            needed: &[],
        },
        // What is skipped is not shown, and runs all the same where it is needed.
        Case {
            words: &["power", "--skip", "power::on"],
            shown: &[RAIL, "power::off: ok"],
            needed: &[ON],
        },
        // With `--exact`, a part of a name skips nothing.
        Case {
            words: &["--exact", "--skip", "power", "power::off"],
            shown: &["power::off: ok"],
            needed: &[],
        },
        Case {
            words: &["--exact", "dut::boot", "power::off", "--skip", "power::off"],
            shown: &["dut::boot: ok"],
            needed: &[],
        },
        Case {
            words: &["--ignored"],
            shown: &["night: ok", "week: ok"],
            needed: &["power::off: ok"],
        },
        Case {
            words: &["--ignored", "night"],
            shown: &["night: ok"],
            needed: &[],
        },
        Case {
            words: &["--ignored", "--exact", "night", "--nocapture"],
            shown: &["night: ok"],
            needed: &[],
        },
        Case {
            words: &["--ignored", "--exact", "power::on"],
            shown: &[],
            needed: &[],
        },
        Case {
            words: &["--include-ignored", "night", "off"],
            shown: &["power::off: ok", "night: ok"],
            needed: &[],
        },
        Case {
            words: &["--dut", "widget-a", "widget"],
            shown: &["widget_b: ignored (not for DUT widget-a, only for widget-b)"],
            needed: &[],
        },
        Case {
            words: &["--dut", "widget-b", "widget"],
            shown: &["widget_b: ok"],
            needed: &[],
        },
        // The author's `ignore` is a wish; the wrong device is a fact.
        Case {
            words: &["--dut", "widget-a", "widget", "--include-ignored"],
            shown: &["widget_b: ignored (not for DUT widget-a, only for widget-b)"],
            needed: &[],
        },
        Case {
            words: &["--ats", "desk", "lab"],
            shown: &["in_the_lab: ignored (not for ATS desk, only for lab)"],
            needed: &[],
        },
        Case {
            words: &["--ats", "lab", "lab"],
            shown: &["in_the_lab: ok"],
            needed: &[],
        },
    ];
    for Case {
        words,
        shown,
        needed,
    } in cases
    {
        let ran = cargo_test("selection", words, &[]);
        let line = |(name, outcome): (&str, &str)| format!("{name}: {outcome}");
        let reported: Vec<_> = ran.finished.outcomes().into_iter().map(line).collect();
        assert_eq!(reported, shown, "{words:?}\n{ran}");
        let pulled_in: Vec<_> = ran.finished.needed().into_iter().map(line).collect();
        assert_eq!(pulled_in, needed, "{words:?}\n{ran}");
        ran.expect_success();
        let passed = shown.iter().filter(|line| line.ends_with(": ok")).count();
        ran.expect_counts([passed, 0, shown.len() - passed, TASKS.len() - shown.len()]);
        assert_eq!(ran.tasks().len(), passed + needed.len(), "{words:?}\n{ran}");
    }
}

#[test]
fn without_a_word_everything_runs_in_order_and_is_reported() {
    let ran = cargo_test("plain", &[], &[]);
    ran.expect_everything();
    let mut reported: Vec<_> = ran
        .finished
        .outcomes()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(reported[TASKS.len() - 2..], IGNORED, "{ran}");
    reported.sort_unstable();
    let mut tasks = TASKS;
    tasks.sort_unstable();
    assert_eq!(reported, tasks, "{ran}");
}

#[test]
fn many_skips_leave_the_rest() {
    let ran = cargo_test(
        "skips",
        &["--skip", "power", "--skip", "dut", "--skip", "night"],
        &[],
    );
    ran.expect_success();
    ran.expect_counts([4, 0, 1, 6]);
    assert_eq!(
        ran.tasks(),
        ["widget_b", "in_the_lab", "fails_if_told", "parameters"],
        "{ran}"
    );
}

#[test]
fn include_ignored_runs_everything() {
    let ran = cargo_test("include-ignored", &["--include-ignored"], &[]);
    ran.expect_success();
    ran.expect_counts([11, 0, 0, 0]);
    assert_eq!(ran.tasks(), TASKS.map(path_of), "{ran}");
    let both = cargo_test("include-ignored", &["--include-ignored", "--ignored"], &[]);
    both.expect_success();
    both.expect_counts([11, 0, 0, 0]);
}

#[test]
fn an_unknown_exact_name_is_refused_with_a_suggestion() {
    let cases: [(&[&str], &[&str]); 5] = [
        (
            &["--exact", "power::rial"],
            &["no task is called `power::rial` (--exact); did you mean `power::rail`?"],
        ),
        // One known and one unknown: the known one does not run either.
        (
            &["--exact", "dut::boot", "dut::bot"],
            &["no task is called `dut::bot` (--exact); did you mean `dut::boot`?"],
        ),
        (
            &["--exact", "nigth", "weak"],
            &[
                "2 mistakes",
                "`nigth` (--exact); did you mean `night`?",
                "`weak` (--exact); did you mean `week`?",
            ],
        ),
        // A filter that would match is no name.
        (
            &["--exact", "smoke"],
            &["no task is called `smoke` (--exact)"],
        ),
        (
            &["--list", "--exact", "dut::bot"],
            &["did you mean `dut::boot`?"],
        ),
    ];
    for (words, messages) in cases {
        cargo_test("unknown-exact", words, &[]).expect_refused(messages);
    }
}

#[test]
fn a_list_holds_names_and_runs_nothing() {
    let on_and_rail = list_of(&TASKS[..2]);
    let cases: [(&[&str], String); 9] = [
        (&["--list"], list_of(&TASKS)),
        (&["--list", "--format", "terse"], list_of(&TASKS)),
        (&["--list", "--include-ignored"], list_of(&TASKS)),
        (&["--list", "--ignored"], list_of(&IGNORED)),
        (
            &["--list", "--format", "terse", "--ignored"],
            list_of(&IGNORED),
        ),
        (
            &["--list", "--ignored", "--dut", "widget-a"],
            list_of(&["night", "week", "widget_b"]),
        ),
        (&["--list", "smoke"], on_and_rail.clone()),
        (
            &["--list", "--exact", "power::on", "power::rail"],
            on_and_rail,
        ),
        (&["--list", "no such task"], String::new()),
    ];
    for (words, expected) in cases {
        let ran = cargo_test("list", words, &[]);
        ran.expect_success();
        assert_eq!(ran.finished.stdout, expected, "{words:?}\n{ran}");
        // What decides about a task may be computed; no task runs.
        assert_eq!(ran.marks, ["params of dut::boot"], "{words:?}");
    }
}

#[test]
fn json_is_one_object_a_line() {
    let ran = cargo_test(
        "json",
        &[
            "--format",
            "json",
            "-Z",
            "unstable-options",
            "--param",
            "fail=true",
        ],
        &[],
    );
    ran.expect_failure();
    // What a task prints is not held back: it is not the report's.
    let lines = ran
        .finished
        .stdout
        .lines()
        .filter(|line| *line != "a line of a task");
    let events: Vec<Value> = lines
        .map(|line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in `{line}`\n{ran}"))
        })
        .collect();
    let of = |event: &str| {
        let named = |object: &&Value| object["type"] == "test" && object["event"] == event;
        let name = |object: &Value| object["name"].as_str().unwrap_or_default().to_owned();
        events.iter().filter(named).map(name).collect::<Vec<_>>()
    };
    assert_eq!(of("ok").len(), 8, "{ran}");
    assert_eq!(of("ignored"), IGNORED, "{ran}");
    assert_eq!(of("failed"), ["fails_if_told"], "{ran}");
    assert!(
        of("ok").contains(&"[smoke][power] power::rail".to_owned()),
        "{ran}"
    );
    let (first, last) = (&events[0], &events[events.len() - 1]);
    assert_eq!(
        (&first["type"], &first["event"]),
        (&"suite".into(), &"started".into()),
        "{ran}"
    );
    assert_eq!(
        (&last["type"], &last["event"]),
        (&"suite".into(), &"failed".into()),
        "{ran}"
    );
    for (key, count) in [
        ("passed", 8),
        ("failed", 1),
        ("ignored", 2),
        ("filtered_out", 0),
    ] {
        assert_eq!(last[key], count, "{key}\n{ran}");
    }
}

#[test]
fn json_counts_what_was_filtered_out_and_never_shows_it() {
    let ran = cargo_test("json-filtered", &["--format=json", "smoke"], &[]);
    ran.expect_success();
    let events: Vec<Value> = ran
        .finished
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in `{line}`\n{ran}"))
        })
        .collect();
    assert_eq!(events[0]["test_count"], 2, "{ran}");
    assert_eq!(events[events.len() - 1]["filtered_out"], 9, "{ran}");
    assert!(!ran.finished.stdout.contains("\\u0000"), "{ran}");
}

#[test]
fn terse_is_a_character_a_task() {
    for words in [
        &["-q"][..],
        &["--quiet"],
        &["--format", "terse"],
        &["--format=terse", "-q"],
    ] {
        let ran = cargo_test("terse", words, &[]);
        ran.expect_everything();
        assert_eq!(ran.finished.reports(), [""; 0], "{ran}");
        assert!(ran.finished.stdout.contains("running 11 tests\n"), "{ran}");
    }
}

#[test]
fn what_libtest_accepts_is_accepted() {
    let accepted: [&[&str]; 20] = [
        &["--test-threads", "1"],
        &["--test-threads=4"],
        &["--no-capture"],
        &["--nocapture"],
        &["--nocapture", "--no-capture"],
        &["--show-output"],
        &["--shuffle"],
        &["--shuffle-seed", "7"],
        &["--report-time"],
        &["--report-time=plain"],
        &["--ensure-time"],
        &["-Z", "unstable-options"],
        &["-Zunstable-options", "--report-time"],
        &["--fail-fast"],
        &["--exclude-should-panic"],
        &["--force-run-in-process"],
        &["--test"],
        &["--test", "--bench"],
        &["--format", "pretty"],
        &["--format", "junit"],
    ];
    for words in accepted {
        cargo_test("accepted", words, &[]).expect_everything();
    }
}

#[test]
fn what_is_not_honoured_is_said_once() {
    let cases: [(&[&str], &str); 7] = [
        (
            &["--format", "junit"],
            "--format junit is not supported yet",
        ),
        (&["--shuffle"], "--shuffle is not supported yet"),
        (
            &["--shuffle", "--shuffle-seed=7"],
            "--shuffle is not supported yet",
        ),
        (
            &["--report-time"],
            "--report-time and --ensure-time are not supported yet",
        ),
        (
            &["--report-time", "--ensure-time"],
            "--report-time and --ensure-time are not supported yet",
        ),
        (
            &["--test-threads", "4"],
            "the thread limit has no effect yet (flag --test-threads)",
        ),
        (&[], ""),
    ];
    for (words, note) in cases {
        let ran = cargo_test("notes", words, &[]);
        ran.expect_everything();
        let notes: Vec<_> = ran
            .finished
            .stderr
            .lines()
            .filter(|line| line.starts_with("kissats: "))
            .collect();
        assert_eq!(notes.len(), words.len().min(1), "{words:?}\n{ran}");
        assert!(
            notes.iter().all(|line| line.contains(note)),
            "{words:?}\n{ran}"
        );
    }
}

#[test]
fn flags_take_no_filter_for_their_value() {
    let ran = cargo_test(
        "flag-values",
        &["--report-time", "boot", "--ensure-time", "update"],
        &[],
    );
    ran.expect_success();
    ran.expect_counts([2, 0, 0, 9]);
}

#[test]
fn the_number_of_threads_is_at_least_one() {
    for threads in ["1", "4"] {
        cargo_test("threads", &[], &[("RUST_TEST_THREADS", threads)]).expect_everything();
    }
    let origin = "expected a whole number of at least 1, found 0";
    cargo_test("threads", &["--test-threads", "0"], &[])
        .expect_refused(&["--test-threads: ", origin]);
    cargo_test("threads", &[], &[("RUST_TEST_THREADS", "0")])
        .expect_refused(&["RUST_TEST_THREADS: ", origin]);
    cargo_test("threads", &[], &[("RUST_TEST_THREADS", "many")])
        .expect_refused(&["RUST_TEST_THREADS: ", "\"many\""]);
    cargo_test("threads", &["--test-threads", "many"], &[])
        .expect_refused(&["--test-threads", "'many'"]);
    // The flag beats the variable, which is then not looked at.
    cargo_test(
        "threads",
        &["--test-threads", "1"],
        &[("RUST_TEST_THREADS", "0")],
    )
    .expect_everything();
}

#[test]
fn fail_fast_starts_nothing_after_a_failure() {
    let on = cargo_test("fail-fast", &["--param", "fail=true", "--fail-fast"], &[]);
    on.expect_failure();
    on.expect_counts([7, 1, 3, 0]);
    let last = (
        "parameters",
        "ignored (not run: fails_if_told failed (--fail-fast))",
    );
    assert!(on.finished.outcomes().contains(&last), "{on}");
    assert!(!on.tasks().contains(&"parameters"), "{on}");
    let off = cargo_test("fail-fast", &["--param", "fail=true"], &[]);
    off.expect_failure();
    off.expect_counts([8, 1, 2, 0]);
    assert!(off.tasks().contains(&"parameters"), "{off}");
}

#[test]
fn a_logfile_holds_the_report() {
    let path = PACK.folder().join("report.txt");
    let _ = fs::remove_file(&path);
    let ran = cargo_test("logfile", &["--logfile", &path.to_string_lossy()], &[]);
    ran.expect_success();
    assert_eq!(ran.tasks(), ran_by_default(), "{ran}");
    let report = fs::read_to_string(&path).expect("the report was written");
    assert!(report.contains("test [smoke] power::on "), "{report}");
    assert!(
        report.contains("9 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out"),
        "{report}"
    );
    assert!(!ran.finished.stdout.contains("test result"), "{ran}");
}

#[test]
fn colours_are_there_when_asked_for() {
    for (word, coloured) in [("always", true), ("never", false), ("auto", false)] {
        let ran = cargo_test("colours", &["--color", word, "smoke"], &[]);
        ran.expect_success();
        assert_eq!(ran.finished.stdout.contains('\u{1b}'), coloured, "{ran}");
    }
}

#[test]
fn there_are_no_benchmarks() {
    // As libtest does: every test is ignored.
    let ran = cargo_test("bench", &["--bench"], &[]);
    ran.expect_success();
    ran.expect_counts([0, 0, 11, 0]);
    assert_eq!(ran.tasks(), [""; 0], "{ran}");
    let ran = cargo_test("bench", &["--bench", "smoke"], &[]);
    ran.expect_success();
    ran.expect_counts([0, 0, 2, 9]);
    let ran = cargo_test("bench", &["--bench", "--list"], &[]);
    ran.expect_success();
    assert_eq!(ran.finished.stdout, list_of(&TASKS), "{ran}");
    assert_eq!(ran.tasks(), [""; 0], "{ran}");
}

#[test]
fn an_unknown_word_is_refused_and_help_is_no_failure() {
    for (words, message) in [
        (&["--no-such-flag"][..], "'--no-such-flag'"),
        (&["--list", "-x"], "'-x'"),
        (&["--format", "xml"], "'xml'"),
        (&["--color", "sometimes"], "'sometimes'"),
        (&["--skip"], "'--skip"),
    ] {
        cargo_test("unknown-word", words, &[]).expect_refused(&[message]);
    }
    for words in [&["--help"][..], &["-h"], &["--list", "--help"]] {
        let ran = cargo_test("help", words, &[]);
        ran.expect_success();
        assert!(
            ran.finished
                .stdout
                .contains("Usage: cargo test -p PACK -- [OPTIONS] [FILTERS...]"),
            "{ran}"
        );
        assert_eq!(ran.marks, [""; 0], "{ran}");
    }
}

#[test]
fn the_device_and_the_test_system_come_from_flag_or_variable() {
    struct Case {
        words: &'static [&'static str],
        variables: &'static [(&'static str, &'static str)],
        told: &'static [&'static str],
    }
    let cases = [
        Case {
            words: &[],
            variables: &[],
            told: &[],
        },
        Case {
            words: &["--dut", "widget-b"],
            variables: &[],
            told: &["dut is widget-b"],
        },
        Case {
            words: &[],
            variables: &[("KISSATS_DUT", "widget-b")],
            told: &["dut is widget-b"],
        },
        Case {
            words: &["--dut=widget-b", "--ats=lab"],
            variables: &[("KISSATS_DUT", "widget-a"), ("KISSATS_ATS", "desk")],
            told: &["dut is widget-b", "ats is lab"],
        },
        Case {
            words: &[],
            variables: &[("KISSATS_DUT", ""), ("KISSATS_ATS", "lab")],
            told: &["ats is lab"],
        },
    ];
    for Case {
        words,
        variables,
        told,
    } in cases
    {
        let ran = cargo_test("device", words, variables);
        // Whoever named one named the one that all tasks are for.
        ran.expect_everything();
        let position = ran
            .marks
            .iter()
            .position(|mark| mark == "parameters")
            .expect("the last task has run");
        assert_eq!(
            ran.marks[position + 1..],
            *told,
            "{words:?} {variables:?}\n{ran}"
        );
    }
    let ran = cargo_test(
        "device",
        &[],
        &[("KISSATS_DUT", "widget-a"), ("KISSATS_ATS", "desk")],
    );
    ran.expect_success();
    ran.expect_counts([7, 0, 4, 0]);
}

#[test]
fn parameters_are_json_or_else_text() {
    let words =
        "parameters --param number=3 --param text=three --param list=[1,2] --param quoted=\"3\"";
    let ran = cargo_test("parameters", &words.split(' ').collect::<Vec<_>>(), &[]);
    ran.expect_success();
    let marks = [
        "params of dut::boot",
        "parameters",
        "number is 3",
        "text is \"three\"",
        "list is [1,2]",
        "quoted is \"3\"",
    ];
    assert_eq!(ran.marks, marks, "{ran}");
    // The last one counts; an equals sign may be part of the value.
    let ran = cargo_test(
        "parameters",
        &[
            "--exact",
            "parameters",
            "--param=text=a",
            "--param",
            "text=a=b",
        ],
        &[],
    );
    ran.expect_success();
    assert_eq!(ran.marks[2..], ["text is \"a=b\""], "{ran}");
}

#[test]
fn bad_values_are_refused_all_at_once() {
    let words = [
        "--dut",
        " x",
        "--ats",
        "[x",
        "--param",
        "novalue",
        "--param",
        "=3",
        "--test-threads",
        "0",
    ];
    cargo_test("bad-values", &words, &[]).expect_refused(&[
        "Error: nothing was run: 5 mistakes",
        "--dut: \" x\" is no DUT name: it starts or ends with white space",
        "--ats: \"[x\" is no ATS name: it starts with `[`",
        "--param novalue: expected KEY=VALUE, for example `--param serial=4711`",
        "--param =3: expected KEY=VALUE",
        "--test-threads: expected a whole number of at least 1, found 0",
    ]);
    cargo_test("bad-values", &["--list", "--dut", ""], &[])
        .expect_refused(&["--dut: \"\" is no DUT name: it is empty"]);
    cargo_test(
        "bad-values",
        &[],
        &[("KISSATS_DUT", "[x"), ("KISSATS_ATS", " ")],
    )
    .expect_refused(&[
        "2 mistakes",
        "KISSATS_DUT: \"[x\" is no DUT name",
        "KISSATS_ATS: \" \" is no ATS name",
    ]);
}
