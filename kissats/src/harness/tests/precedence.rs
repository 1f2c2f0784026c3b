//! Who is believed.

use serde_json::{Value, json};

use super::support::{FILE, resolve, resolve_with, shown_as};
use crate::engine::Policy;
use crate::harness::run_option::RUN_OPTIONS;
use crate::model::RunConfig;

#[test]
fn flag_beats_variable_beats_default() {
    let dut = |words: &[&str], variables: &[(&str, &str)]| {
        resolve(words, variables)
            .unwrap()
            .params
            .dut()
            .unwrap()
            .to_string()
    };
    let variables = [("KISSATS_DUT", "from-variable")];
    assert_eq!(dut(&["--dut", "from-flag"], &variables), "from-flag");
    assert_eq!(dut(&[], &variables), "from-variable");
    assert_eq!(dut(&[], &[]), "default-dut");
    assert_eq!(dut(&[], &[("KISSATS_DUT", "")]), "default-dut");
}

/// For every key of `[run]`: two values as a variable or flag spells them, and as JSON.
fn samples(key: &str) -> [(&'static str, Value); 2] {
    match key {
        "task_package" => [("one", json!("one")), ("two", json!("two"))],
        "package_version" => [("^1", json!("^1")), ("^2", json!("^2"))],
        "test_groups" | "valid_result" => [("a,b", json!(["a", "b"])), ("c", json!(["c"]))],
        "ats_client" | "ats" | "dut" => [("x", json!("x")), ("y", json!("y"))],
        "ats_client_kwargs" => [("{\"a\":1}", json!({ "a": 1 })), ("{}", json!({}))],
        "thread_limit" | "process_limit" => [("3", json!(3)), ("4", json!(4))],
        "resource_mode" => [
            ("per_task_combine", json!("per_task_combine")),
            ("all", json!("all")),
        ],
        "on_blocked" => [("fail", json!("fail")), ("ignore", json!("ignore"))],
        "run_mode" => [("process", json!("process")), ("normal", json!("normal"))],
        "ignore_prereq" | "fail_fast" | "fresh_process" | "skip_setup" | "skip_teardown"
        | "summary" | "share_run" | "shuffle" | "no_capture" | "show_output" => {
            [("on", json!(true)), ("0", json!(false))]
        }
        "global_timeout" => [("10m", json!("10m")), ("1.5", json!(1.5))],
        "seed" | "plan_starts" => [("7", json!(7)), ("8", json!(8))],
        other => panic!("no samples for {other}"),
    }
}

#[test]
fn every_option_goes_by_rank() {
    let mut documents = RunConfig::default().to_document();
    // The one default that is the harness's own.
    documents["run_mode"] = json!("thread");
    for option in RUN_OPTIONS {
        let key = option.key;
        let [(first_text, first), (second_text, second)] = samples(key);
        let is_rule_of_run = documents.get(key).is_some();
        let flag_words: Option<Vec<&str>> = option.flag.map(|(flag, _)| match first {
            Value::Bool(_) => vec![flag],
            Value::Array(_) => vec![flag, "a", flag, "b"],
            _ => vec![flag, first_text],
        });
        let variables: Vec<(&str, &str)> = option
            .variables
            .iter()
            .map(|name| (*name, second_text))
            .collect();
        // TOML and JSON spell these values alike, but for the mapping.
        let in_file =
            |value: &Value| format!("[run]\n{key} = {}\n", value.to_string().replace(':', " = "));
        let in_params = |value: &Value| json!({ key: value, "serial": 1 }).to_string();
        let (file, params) = (in_file(&first), in_params(&second));
        let check = |words: &[&str], variables: &[_], files: &[_], expected: (&Value, &str)| {
            let words = [&["--show-config"], words].concat();
            let settings = resolve_with(&words, variables, files).unwrap();
            let (value, origin) = shown_as(&settings, "run", key);
            assert_eq!((&value, origin.as_str()), expected, "{key}");
        };
        let files = [(FILE, file.as_str()), ("p.json", params.as_str())];
        check(&[], &[], &files, (&first, "file .config/kissats.toml:2:1"));
        if is_rule_of_run {
            check(
                &["--params", "p.json"],
                &[],
                &files,
                (&second, "file p.json"),
            );
        }
        let (file, params) = (in_file(&first), in_params(&first));
        let files = [(FILE, file.as_str()), ("p.json", params.as_str())];
        for name in option.variables {
            let origin = format!("variable {name}");
            let words: &[&str] = if is_rule_of_run {
                &["--params", "p.json"]
            } else {
                &[]
            };
            check(words, &[(*name, second_text)], &files, (&second, &origin));
        }
        if let (Some(words), Some((flag, _))) = (flag_words, option.flag) {
            check(
                &words,
                &variables,
                &files,
                (&first, &format!("flag {flag}")),
            );
        }
        let by_default = match key {
            "dut" => (json!("default-dut"), "the test target"),
            "on_blocked" => (json!("ignore"), "default"),
            "share_run" => (json!(true), "default"),
            "global_timeout" | "seed" => (Value::Null, "default"),
            "plan_starts" => (json!(Policy::default().plan_budget.starts), "default"),
            key => (
                documents.get(key).cloned().unwrap_or(json!(false)),
                "default",
            ),
        };
        check(&[], &[], &[], (&by_default.0, by_default.1));
    }
}

#[test]
fn a_seed_of_libtest_asks_for_an_order_by_chance() {
    let resolved = |words: &[&str], variables: &[(&str, &str)]| {
        let words = [&["--show-config"], words].concat();
        let settings = resolve_with(&words, variables, &[]).unwrap();
        let origin = shown_as(&settings, "run", "seed").1;
        (settings.shuffle, settings.seed, origin)
    };
    let seed = ("RUST_TEST_SHUFFLE_SEED", "7");
    let of = |shuffle, seed, origin: &str| (shuffle, Some(seed), origin.to_owned());
    assert_eq!(
        resolved(&[], &[("KISSATS_SEED", "7")]),
        of(false, 7, "variable KISSATS_SEED")
    );
    assert_eq!(
        resolved(&["--seed", "7"], &[seed]),
        of(true, 7, "flag --seed")
    );
    assert_eq!(
        resolved(&[], &[seed]),
        of(true, 7, "variable RUST_TEST_SHUFFLE_SEED")
    );
    assert_eq!(
        resolved(&[], &[seed, ("RUST_TEST_SHUFFLE", "0")]),
        of(false, 7, "variable RUST_TEST_SHUFFLE_SEED")
    );
    assert_eq!(
        resolved(&["--shuffle-seed", "9", "--seed", "8"], &[seed]),
        of(true, 9, "flag --shuffle-seed")
    );
}

#[test]
fn parameters_come_from_flag_file_and_configuration() {
    let files = [
        (FILE, "[params]\na = 1\nb = 1\nc = 1\n"),
        (
            "p.json",
            "{ \"b\": 2, \"c\": 2, \"dut\": \"from-params\", \"n\": null }",
        ),
    ];
    let words = ["--params", "p.json", "--param", "c=3", "--show-config"];
    let settings = resolve_with(&words, &[], &files).unwrap();
    for (key, value, origin) in [
        ("a", json!(1), "file .config/kissats.toml:2:1"),
        ("b", json!(2), "file p.json"),
        ("c", json!(3), "flag --param"),
        ("n", json!(null), "file p.json"),
    ] {
        assert_eq!(
            shown_as(&settings, "params", key),
            (value.clone(), origin.to_owned())
        );
        assert_eq!(settings.params.value(key), Some(&value));
    }
    assert_eq!(settings.params.dut().unwrap(), "from-params");
    let by_variable = [("KISSATS_PARAMS", "p.json")];
    let settings = resolve_with(&["--show-config"], &by_variable, &files).unwrap();
    let path = (json!("p.json"), "variable KISSATS_PARAMS".to_owned());
    assert_eq!(shown_as(&settings, "run", "--params"), path);
    assert_eq!(settings.params.value("b"), Some(&json!(2)));
}

#[test]
fn groups_of_a_file_give_way_to_names_on_the_command_line() {
    let files = [(FILE, "[run]\ntest_groups = [\"smoke\"]\n")];
    let groups = |words: &[&str]| {
        let settings = resolve_with(words, &[], &files).unwrap();
        settings.narrowing.groups.len()
    };
    assert_eq!(groups(&[]), 1);
    assert_eq!(groups(&["rail"]), 0);
    assert_eq!(groups(&["rail", "--group", "smoke"]), 1);
}
