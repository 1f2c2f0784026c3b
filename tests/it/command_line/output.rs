//! What is printed, and where.

use std::fs;

use serde_json::Value;

use super::support::{IGNORED, PACK, TASKS, cargo_test, list_of, ran_by_default};

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
fn a_list_in_json_says_where_tasks_are_and_which_are_ignored() {
    let ran = cargo_test("list-json", &["--list", "--format", "json"], &[]);
    ran.expect_success();
    let lines = ran.finished.stdout.lines();
    let events: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let is = |event: &'static str| move |object: &&Value| object["event"] == event;
    let found: Vec<_> = events.iter().filter(is("discovered")).collect();
    let names: Vec<_> = found.iter().map(|object| &object["name"]).collect();
    assert_eq!(names, TASKS, "{ran}");
    let night = found.iter().find(|object| object["name"] == "night");
    let night = night.expect("it is listed");
    assert_eq!(night["ignore"], true, "{ran}");
    assert_eq!(night["ignore_message"], "takes a night", "{ran}");
    assert_eq!(night["source_path"], "src/lib.rs", "{ran}");
    assert!(night["start_line"].is_u64(), "{ran}");
    assert_eq!(events[0]["event"], "discovery", "{ran}");
    let end = events.last().expect("it ends");
    assert_eq!(
        (&end["event"], &end["total"]),
        (&"completed".into(), &TASKS.len().into())
    );
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
