//! Which words are words.

use super::support::cargo_test;

#[test]
fn what_libtest_accepts_is_accepted() {
    let accepted: [&[&str]; 18] = [
        &["--test-threads", "1"],
        &["--test-threads=4"],
        &["--no-capture"],
        &["--nocapture"],
        &["--nocapture", "--no-capture"],
        &["--show-output"],
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
    // In another order.
    for words in [&["--shuffle"][..], &["--shuffle-seed", "7"]] {
        cargo_test("accepted", words, &[]).expect_success();
    }
}

#[test]
fn what_is_not_honoured_is_said_once() {
    let cases: [(&[&str], &str); 3] = [
        (
            &["--format", "junit"],
            "--format junit is not supported yet",
        ),
        (&["--ensure-time"], "--ensure-time is not supported"),
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
fn report_time_tells_the_time_of_every_task_that_ran() {
    let told = |words: &[&str]| {
        let ran = cargo_test("report-time", words, &[]);
        let lines = ran.finished.stderr.lines();
        let mut lines = lines.skip_while(|line| *line != "kissats: how long each task ran:");
        let tasks = lines.by_ref().skip(1).take_while(|line| !line.is_empty());
        let names = tasks.filter_map(|line| Some(line.trim().split_once("s ")?.1.to_owned()));
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    let all = told(&["--report-time"]);
    assert!(!all.is_empty());
    assert_eq!(told(&["--report-time=plain"]), all);
    assert_eq!(told(&[]), [""; 0]);
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
