//! What is accepted, and what it means.

use std::collections::BTreeSet;

use super::support::resolve;
use crate::harness::args::Args;
use crate::harness::flag::FLAGS;
use crate::harness::help::Help;

#[test]
fn every_flag_has_a_word_of_its_own_and_stands_in_the_help() {
    let help = Help.to_string();
    let mut words = BTreeSet::new();
    for flag in FLAGS.iter().flat_map(|(_, flags)| *flags) {
        for word in flag.words() {
            assert!(help.contains(&word), "{word}");
            assert!(words.insert(word.clone()), "{word} is there twice");
        }
    }
}

#[test]
fn a_value_may_be_the_next_word_or_stand_behind_it() {
    let args = |words: &[&str]| Args::of(words).unwrap();
    for words in [
        &["--seed", "7", "-Z", "x", "--param", "a=b"][..],
        &["--seed=7", "-Zx", "--param=a=b"],
        &["--seed", "3", "--seed", "7", "-qZx", "--param", "a=b"],
    ] {
        let args = args(words);
        assert_eq!(args.seed, Some(7));
        assert_eq!(args.unstable, ["x"]);
        assert_eq!(args.param, ["a=b"]);
        assert_eq!(args.filters, [""; 0]);
    }
    let files = |words: &[&str]| args(words).nextest_config;
    assert_eq!(files(&["--list"]), None);
    assert_eq!(files(&["--nextest-config"]), Some(None));
    assert_eq!(files(&["--nextest-config", "--list"]), Some(None));
    for words in [&["--nextest-config", "x"][..], &["--nextest-config=x"]] {
        assert_eq!(files(words), Some(Some("x".to_owned())));
    }
    // The next word is a filter.
    let args = args(&["--report-time", "x", "--", "--list", "-"]);
    assert_eq!(args.report_time, Some(None));
    assert_eq!(args.filters, ["x", "--list", "-"]);
}

#[test]
fn a_word_that_makes_no_sense_is_told_with_what_was_expected() {
    for (words, message) in [
        (
            &["--shufle"][..],
            "unexpected argument '--shufle'; did you mean '--shuffle'?",
        ),
        (
            &["-x"],
            "unexpected argument '-x'; a filter that begins like a flag goes behind `--`",
        ),
        (
            &["--skip"],
            "a value is required for '--skip <FILTER>', and there is none",
        ),
        (
            &["--test-threads", "many"],
            "invalid value 'many' for '--test-threads <N>': expected a whole number",
        ),
        (
            &["--color=red"],
            "invalid value 'red' for '--color <WHEN>': expected one of auto, always, never",
        ),
        (
            &["--exact=yes"],
            "unexpected argument for option '--exact': \"yes\"",
        ),
    ] {
        assert_eq!(Args::of(words).unwrap_err().to_string(), message);
    }
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
