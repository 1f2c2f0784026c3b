//! What is accepted, and what it means.

use clap::{CommandFactory, Parser};

use super::support::resolve;
use crate::harness::args::Args;

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
    assert_eq!(settings.notes.len(), 1, "{:?}", settings.notes);
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
fn what_cannot_be_honoured_is_said_with_who_asked_for_it() {
    let settings = resolve(
        &["--format", "junit", "--ensure-time"],
        &[("KISSATS_PROCESS_LIMIT", "2")],
    )
    .unwrap();
    assert_eq!(settings.notes.len(), 2, "{:?}", settings.notes);
    for origin in ["--format junit", "--ensure-time"] {
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

#[test]
fn a_variable_that_says_nothing_is_told_with_the_one_that_was_meant() {
    let notes = |variables: &[(&str, &str)]| resolve(&[], variables).unwrap().notes;
    assert_eq!(
        notes(&[("KISSATS_DTU", "widget-a"), ("KISSATS_DUT", "widget-b")]),
        ["the variable KISSATS_DTU says nothing to kissats; did you mean `KISSATS_DUT`?"]
    );
    let [unlike] = &notes(&[("KISSATS_XYZZY", "1")])[..] else {
        panic!("one note")
    };
    assert!(unlike.contains("known are KISSATS_ATS, "), "{unlike}");
    let of_others = [
        ("NEXTEST_RUN_ID", "1"),
        ("KISSATS_RUN_ID", "1"),
        ("KISSATS_RES_PSU_PORT", "5025"),
    ];
    assert_eq!(notes(&of_others), [""; 0]);
}

#[test]
fn plain_words_mean_the_same_without_clap() {
    for words in [
        &["[smoke] power::on", "--exact", "--nocapture"][..],
        &["--exact", "a::b", "--nocapture", "--ignored"],
        &["one", "two", "", "ünï"],
        &[],
    ] {
        let texts: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let plain = Args::of_plain_words(&texts).expect("they are plain");
        let by_clap = Args::try_parse_from([&["pack"], words].concat()).unwrap();
        assert_eq!(format!("{plain:?}"), format!("{by_clap:?}"));
    }
    for words in ["--list", "-q", "--", "--exact=yes", "--skip", "-"] {
        assert!(
            Args::of_plain_words(&[words.to_owned()]).is_none(),
            "{words}"
        );
    }
}
