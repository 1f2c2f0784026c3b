//! What tasks write: kept and shown when they fail, or let out as it comes.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project, eventually};

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    Project::with_files(
        "capture-pack",
        &[
            ("src/lib.rs", include_str!("../packs/capture.rs")),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", "kissats::main!(capture_pack);\n"),
        ],
    )
});

static RECORDS: LazyLock<Project> = LazyLock::new(|| {
    let name = "records-pack";
    let more = "kissats.features = [\"log\", \"tracing\"]\n\
                log = \"0.4\"\n\
                tracing = { version = \"0.1\", default-features = false, features = [\"std\"] }\n";
    let manifest = Project::manifest(name, &["pack"], more);
    Project::with_files(
        name,
        &[
            ("Cargo.toml", &manifest),
            ("src/lib.rs", include_str!("../packs/records.rs")),
            ("tests/pack.rs", "kissats::main!(records_pack);\n"),
        ],
    )
});

/// One after the other, although some of them need not be.
const ALONE: [&str; 2] = ["--test-threads", "1"];

fn run(words: &[&str]) -> Finished {
    Finished::of(PROJECT.program_command().args(words))
}

fn alone(words: &[&str]) -> Finished {
    run(&[&ALONE, words].concat())
}

/// The text below the head of a task that has failed, or is shown among the successes.
fn text_of<'a>(finished: &'a Finished, task: &str) -> &'a str {
    let head = format!("---- {task} ----\n");
    let (_, text) = finished
        .stdout
        .split_once(&head)
        .unwrap_or_else(|| panic!("no text of {task}: {}", finished.stdout));
    let (text, _) = text.split_once("\n\n").expect("an empty line follows");
    text
}

#[test]
fn a_task_that_passes_shows_nothing() {
    let finished = alone(&["a_passes"]);
    assert_eq!(finished.code, Some(0));
    assert_eq!(finished.stderr, "");
    assert_eq!(finished.reports(), ["test a_passes ... ok"]);
    for written in ["the supply is on", "the fan is loud", "11.98"] {
        assert!(!finished.stdout.contains(written), "{}", finished.stdout);
    }
}

#[test]
fn a_task_that_fails_shows_all_that_it_wrote() {
    let finished = alone(&["b_fails", "c_panics"]);
    assert_eq!(finished.code, Some(101));
    assert_eq!(finished.stderr, "");
    assert_eq!(
        finished.reports(),
        ["test b_fails  ... FAILED", "test c_panics ... FAILED"]
    );
    assert_eq!(
        text_of(&finished, "b_fails"),
        "Exception: main failed: as it was meant to\n\
         --- stdout ---\nstdout of b\nno end of line\n\
         --- stderr ---\nstderr of b\n\
         --- log ---\nnote 1 of b\ntwo\nlines"
    );
    let (_, panics) = finished.stdout.split_once("---- c_panics ----\n").unwrap();
    assert!(
        panics.contains("--- stdout ---\nbefore the panic\n--- stderr ---\n"),
        "{panics}"
    );
    assert!(
        panics.contains("\nthread 'c_panics' panicked at src/lib.rs:"),
        "{panics}"
    );
}

#[test]
fn what_children_write_is_the_task_s() {
    let finished = alone(&["d_has_a_child"]);
    let text = text_of(&finished, "d_has_a_child");
    let expected = "--- stdout ---\nfrom a child\n--- stderr ---\nand its stderr";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn nobody_waits_for_a_reader() {
    let finished = alone(&["e_writes"]);
    let text = text_of(&finished, "e_writes_ten_megabytes");
    let lines = text.lines().filter(|line| line.len() == 1023);
    assert_eq!(lines.count(), 10 * 1024);
}

#[test]
fn a_task_that_is_given_up_shows_what_it_wrote_until_then() {
    let finished = alone(&["f_hangs", "g_is"]);
    let text = text_of(&finished, "f_hangs");
    assert!(text.contains("timed out after 300ms"), "{text}");
    let written = "--- stdout ---\nwaiting for an answer\n--- log ---\nasked twice";
    assert!(text.ends_with(written), "{text}");
    // The next one writes to its own place again, and each attempt too.
    let text = text_of(&finished, "g_is_tried_twice");
    assert_eq!(
        text,
        "attempt 1: Failed\n--- stdout ---\ntry 1\nattempt 2: Failed\n--- stdout ---\ntry 2"
    );
}

#[test]
fn a_thread_of_the_task_can_speak_for_it() {
    let finished = alone(&["h_panics"]);
    let (_, text) = finished
        .stdout
        .split_once("---- h_panics_elsewhere ----\n")
        .unwrap();
    let (text, _) = text.split_once("\n\nfailures:").unwrap();
    assert!(
        text.contains("thread 'h_panics_elsewhere' panicked at "),
        "{text}"
    );
}

#[test]
fn output_of_those_that_passed_is_shown_if_asked_for() {
    let finished = alone(&["--show-output", "a_passes", "i_skips", "b_fails"]);
    let (_, successes) = finished
        .stdout
        .split_once("\nsuccesses:\n\n")
        .expect("there are successes");
    assert_eq!(
        successes,
        "---- a_passes ----\n\
         --- stdout ---\nthe supply is on\n\
         --- stderr ---\nthe fan is loud\n\
         --- log ---\nmeasured 11.98 V\n\
         \n\
         ---- i_skips_itself ----\n\
         --- stdout ---\nlooked for a second board\n\
         \n\
         successes:\n    a_passes\n    i_skips_itself\n\n"
    );
    let quiet = alone(&["--show-output", "--format", "json", "a_passes"]);
    assert!(!quiet.stdout.contains("the supply"), "{}", quiet.stdout);
    assert!(
        quiet.stderr.contains("the supply is on"),
        "{}",
        quiet.stderr
    );
}

#[test]
fn output_is_let_out_if_asked_for() {
    let by_flag =
        ["--no-capture", "--nocapture"].map(|flag| alone(&[flag, "a_pass", "b_f", "c_p"]));
    let mut by_variable = PROJECT.program_command();
    by_variable.env("RUST_TEST_NOCAPTURE", "1");
    let by_variable = Finished::of(by_variable.args(ALONE).args(["a_pass", "b_f", "c_p"]));
    for finished in by_flag.into_iter().chain([by_variable]) {
        let Finished { stdout, stderr, .. } = &finished;
        assert!(
            stdout.contains("test a_passes ... the supply is on\nok\n"),
            "{stdout}"
        );
        assert!(
            stderr.contains("the fan is loud\na_passes: measured 11.98 V\n"),
            "{stderr}"
        );
        assert!(stderr.contains("\nError: b_fails: "), "{stderr}");
        assert!(
            stderr.contains("\nthread 'c_panics' panicked at "),
            "{stderr}"
        );
        assert_eq!(
            text_of(&finished, "b_fails"),
            "Exception: main failed: as it was meant to"
        );
    }
}

#[test]
fn a_character_for_a_task_is_not_taken_for_the_task_s() {
    let finished = alone(&["--quiet", "a_passes", "b_fails", "i_skips"]);
    assert!(
        finished.stdout.contains("running 3 tests\n.Fi\n"),
        "{}",
        finished.stdout
    );
    let text = text_of(&finished, "b_fails");
    assert!(text.contains("--- stdout ---\nstdout of b\n"), "{text}");
}

#[test]
fn beside_others_notes_and_panics_are_kept_and_prints_are_let_out() {
    let finished = run(&["--ignored", "[beside]"]);
    assert!(
        finished.stdout.contains("print of one\n"),
        "{}",
        finished.stdout
    );
    let one = text_of(&finished, "[beside] one_beside_others");
    assert_eq!(one, "Failed\n--- log ---\nnote of one");
    let other = text_of(&finished, "[beside] other_beside_others");
    let start = "--- log ---\nnote of the other\nthread 'other_beside_others' panicked at ";
    assert!(other.contains(start), "{other}");
    assert_eq!(finished.stderr, "");
}

#[test]
fn what_a_process_wrote_is_kept_whatever_becomes_of_it() {
    let finished = run(&["--run-mode", "process", "--ignored", "[apart]"]);
    let aborts = text_of(&finished, "[apart] notes_and_aborts");
    assert!(aborts.contains("SIGABRT"), "{aborts}");
    let written = "--- stdout ---\nprint in a process\n--- log ---\nnote in a process";
    assert!(aborts.ends_with(written), "{aborts}");
    let hangs = text_of(&finished, "[apart] notes_and_hangs");
    let written =
        "--- stdout ---\nprint of a process that hangs\n--- log ---\nnote of a process that hangs";
    assert!(hangs.ends_with(written), "{hangs}");
}

#[test]
fn a_process_lets_out_what_it_writes_if_asked_for() {
    let words = [
        "--run-mode",
        "process",
        "--ignored",
        "--no-capture",
        "[apart]",
    ];
    let finished = run(&words);
    assert!(
        finished.stdout.contains("print in a process\n"),
        "{}",
        finished.stdout
    );
    let note = "notes_and_aborts: note in a process\n";
    assert!(finished.stderr.contains(note), "{}", finished.stderr);
    let aborts = text_of(&finished, "[apart] notes_and_aborts");
    assert!(!aborts.contains("print in a process"), "{aborts}");
}

#[test]
fn every_record_is_its_task_s() {
    let mut command = RECORDS.program_command();
    let finished = Finished::of(command.args(["--run-mode", "process"]));
    assert_eq!(
        text_of(&finished, "one"),
        "Failed\n--- log ---\n INFO records_pack: one with log\na note of one\n \
         WARN records_pack: one with tracing volts=11.2\nERROR records_pack: a thread of one"
    );
    assert_eq!(
        text_of(&finished, "other"),
        "Failed\n--- log ---\n INFO boot{board=3}: records_pack: other"
    );
    let process = text_of(&finished, "process");
    let last = "--- log ---\n INFO records_pack: the last words";
    assert!(process.ends_with(last), "{process}");
    assert_eq!(finished.stderr, "ERROR records_pack: of nobody\n");
}

#[test]
fn the_level_of_records_can_be_chosen() {
    let mut command = RECORDS.program_command();
    command.env("RUST_LOG", "error,records_pack=debug");
    let finished = Finished::of(command.args(["--test-threads", "1", "one"]));
    let one = text_of(&finished, "one");
    assert!(one.contains("\nDEBUG records_pack: too fine\n"), "{one}");
}

/// There is no report that could show it.
#[test]
fn nothing_is_lost_if_a_task_takes_the_process_with_it() {
    let aborts = alone(&["--ignored", "--exact", "aborts"]);
    assert_eq!(aborts.code, None);
    let report = "\nrunning 1 test\ntest aborts ... ";
    assert_eq!(aborts.stdout, format!("{report}before the abort\n"));
    assert_eq!(aborts.stderr, "and on stderr\n");
    let faults = alone(&["--ignored", "--exact", "uses_memory_of_nobody"]);
    assert_eq!(faults.code, None);
    assert!(
        faults.stdout.ends_with("before the fault\n"),
        "{}",
        faults.stdout
    );
    let leaves = alone(&["--ignored", "--exact", "leaves"]);
    assert_eq!(leaves.code, Some(101));
    assert!(
        leaves.stdout.ends_with("before it leaves"),
        "{}",
        leaves.stdout
    );
    let overflows = alone(&["--ignored", "--exact", "overflows"]);
    assert_eq!(overflows.code, None);
    let reason = "has overflowed its stack";
    assert!(overflows.stderr.contains(reason), "{}", overflows.stderr);
}

/// There is no outcome of those that were not run, and nobody must think that all went well.
#[test]
fn a_task_that_ends_the_process_has_the_run_fail() {
    let words = ["--include-ignored", "--exact", "says_it_went_well"];
    for more in [&["one_beside_others"][..], &ALONE, &["--no-capture"]] {
        let finished = run(&[&words, more].concat());
        assert_eq!(finished.code, Some(101), "{more:?}");
        let said = "kissats: a task has ended this process, and the run with it";
        assert!(finished.stderr.contains(said), "{}", finished.stderr);
    }
}

#[test]
fn a_task_that_aborts_beside_others_says_why() {
    let finished = run(&["--ignored", "--exact", "panics_twice_at_once", "waits"]);
    assert_eq!(finished.code, None);
    for said in [
        "thread 'panics_twice_at_once' panicked at",
        "\nnobody answers\n",
        "\nthe relay sticks\n",
    ] {
        assert!(finished.stderr.contains(said), "{}", finished.stderr);
    }
}

/// The messages of the run are not the task's, and what the task wrote is not lost with the run.
#[test]
fn an_interrupted_run_says_what_the_task_wrote() {
    let marks = Marks::new("capture-interrupt");
    let mut command = PROJECT.program_command();
    command
        .args(["--ignored", "waits"])
        .env(Marks::VARIABLE, marks.path());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    marks.wait_for("waits started");
    let id = child.id().to_string();
    let signal = || Command::new("kill").args(["-s", "INT", &id]).status();
    let mut stderr = String::new();
    signal().expect("the system has `kill`");
    let mut pipe = child.stderr.take().expect("stderr was asked for");
    let mut byte = [0];
    while !stderr.ends_with("gives up both\n") {
        let read = pipe.read(&mut byte).expect("stderr can be read");
        assert_eq!(read, 1, "no interrupt: {stderr}");
        stderr.push(char::from(byte[0]));
    }
    signal().expect("the system has `kill`");
    let ended = || child.try_wait().expect("the program can be waited for");
    assert_eq!(
        eventually("the end of the program", ended).code(),
        Some(101)
    );
    pipe.read_to_string(&mut stderr)
        .expect("stderr can be read");
    let written = "---- waits ----\n--- stdout ---\nwaiting for `go`\nfor how long\n";
    assert!(stderr.contains(written), "{stderr}");
    let mut stdout = String::new();
    let pipe = child.stdout.as_mut().expect("stdout was asked for");
    pipe.read_to_string(&mut stdout)
        .expect("the report can be read");
    assert_eq!(stdout, "\nrunning 1 test\ntest waits ... ");
}
