//! What documents may say, and what stands for what they leave out.

use kissats::{
    GlobalParams, ReportRecord, RunConfig, SchemaErrors, TaskReturn, TaskSpec, Value, Verdict, json,
};

use super::support::{Made, pack_of};

/// The document with these keys laid over it.
fn with(document: &Value, keys: Value) -> Value {
    let mut document = document.clone();
    if let (Value::Object(all), Value::Object(own)) = (&mut document, keys) {
        all.extend(own);
    }
    document
}

/// What each value of a key is refused with; `None` if it is taken.
fn check<T>(
    read: impl Fn(Value) -> Result<T, SchemaErrors>,
    base: &Value,
    cases: &[(&str, Value, Option<&str>)],
) {
    for (key, value, expected) in cases {
        let answer = read(with(base, json!({ *key: value })));
        let message = answer.err().map(|errors| errors.to_string());
        assert_eq!(message.as_deref(), *expected, "{key} = {value}");
    }
}

fn config(document: Value) -> Result<(RunConfig, GlobalParams), SchemaErrors> {
    RunConfig::from_document(document)
}

fn global_defaults() -> Value {
    json!({
        "task_package": null, "package_version": null, "test_groups": [], "ats_client": null,
        "ats_client_kwargs": {}, "valid_result": ["Passed", "Completed", "Skipped"],
        "thread_limit": 5, "process_limit": 5, "resource_mode": "all", "run_mode": "normal",
        "ats": null, "dut": null, "ignore_prereq": false,
    })
}

#[test]
fn every_global_parameter_has_the_original_default() {
    assert_eq!(
        config(json!({})).unwrap().0.to_document(),
        global_defaults()
    );
    assert_eq!(RunConfig::default().to_document(), global_defaults());
}

#[test]
fn null_stands_for_the_default_of_every_global_parameter() {
    let Value::Object(keys) = global_defaults() else {
        panic!("a mapping")
    };
    for key in keys.keys() {
        let (config, _) = config(json!({ (key): null })).unwrap();
        assert_eq!(config.to_document(), global_defaults(), "{key}");
    }
}

#[test]
fn a_global_parameter_of_another_type_is_refused_with_its_path_and_what_would_be_right() {
    let at_least_one = |found: &str, key: &str| {
        format!("{key}: expected a whole number of at least 1, found {found}")
    };
    check(
        config,
        &json!({}),
        &[
            ("thread_limit", json!(1), None),
            (
                "thread_limit",
                json!(0),
                Some(&at_least_one("0", "thread_limit")),
            ),
            (
                "thread_limit",
                json!(-1),
                Some(&at_least_one("-1", "thread_limit")),
            ),
            (
                "process_limit",
                json!(2.5),
                Some(&at_least_one("2.5", "process_limit")),
            ),
            (
                "process_limit",
                json!(true),
                Some(&at_least_one("true", "process_limit")),
            ),
            (
                "ignore_prereq",
                json!(1),
                Some("ignore_prereq: expected true or false, found 1"),
            ),
            (
                "test_groups",
                json!("smoke"),
                Some("test_groups: expected a list, found \"smoke\""),
            ),
            (
                "test_groups",
                json!(["smoke", 5]),
                Some("test_groups[1]: expected text, found 5"),
            ),
            (
                "valid_result",
                json!([]),
                Some("valid_result: expected a list of at least one result word, found []"),
            ),
            (
                "ats_client_kwargs",
                json!([]),
                Some("ats_client_kwargs: expected a mapping of keys to values, found []"),
            ),
            (
                "dut",
                json!(""),
                Some("dut: \"\" is no DUT name: it is empty"),
            ),
            ("package_version", json!(">=1.0.0"), None),
            (
                "resource_mode",
                json!("per_task"),
                Some(
                    "resource_mode: expected one of all, per_task_separate, per_task_combine, custom_all, \
                     custom_separate, custom_combine, found \"per_task\"; did you mean `per_task_combine`?",
                ),
            ),
        ],
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let errors = config(json!({ "dut": 5, "thread_limit": 0, "run_mode": "fast" })).unwrap_err();
    let paths: Vec<String> = errors.iter().map(|error| error.path.to_string()).collect();
    assert_eq!(paths, ["thread_limit", "run_mode", "dut"]);
}

#[test]
fn a_document_that_is_no_mapping_is_refused_like_any_other() {
    for document in [json!(null), json!([]), json!("dut")] {
        assert!(config(document.clone()).is_err(), "{document}");
        assert!(TaskSpec::from_document(document.clone()).is_err());
        assert!(TaskReturn::from_document(document.clone()).is_err());
        assert!(ReportRecord::from_document(document).is_err());
    }
}

#[test]
fn unknown_keys_are_kept_everywhere() {
    let value = json!({ "volts": [1, 2] });
    let (_, params) = config(json!({ "mine": value })).unwrap();
    assert_eq!(params.value("mine"), Some(&value));
    let spec = TaskSpec::from_document(json!({ "name": "a", "description": "", "mine": value }));
    assert_eq!(spec.unwrap().extra["mine"], value);
    let answer = TaskReturn::from_document(json!({
        "result": "Passed", "mine": value, "metadata": { "mine": value },
        "multi_result": [{ "name": "part", "result": "Passed", "mine": value, "metadata": { "mine": value } }],
    }))
    .unwrap();
    assert_eq!(
        (&answer.extra["mine"], &answer.metadata["mine"]),
        (&value, &value)
    );
    let part = &answer.multi_result[0];
    assert_eq!(
        (&part.extra["mine"], &part.metadata["mine"]),
        (&value, &value)
    );
    let record = ReportRecord::from_document(json!({
        "name": "a", "description": "", "result": "Passed", "mine": value, "metadata": { "mine": value },
    }))
    .unwrap();
    assert_eq!(record.extra["mine"], value);
    assert_eq!(record.metadata.extra["mine"], value);
}

#[test]
fn nothing_vanishes_from_the_view_of_a_task_because_the_run_has_read_it() {
    let mut pack = pack_of(json!({ "dut": "widget-a", "ats": "bench", "serial": 4711 }));
    assert_eq!(pack.dut().unwrap(), "widget-a");
    assert_eq!(pack.ats().unwrap(), "bench");
    let asks = Made::new("a", json!({ "req_param_keys": ["dut", "ats", "serial"] })).main(|cx| {
        assert_eq!(cx.dut().unwrap(), "widget-a");
        assert_eq!(cx.ats().unwrap(), "bench");
        assert_eq!(cx.params().get::<u32>("serial").unwrap(), Some(4711));
        TaskReturn::passed()
    });
    pack.add_test_task(asks).unwrap();
    assert!(pack.run_test_queue().unwrap().is_success());
}

fn task_defaults() -> Value {
    json!({
        "name": "a", "description": "", "stop_suite_on_fail": true, "exclusive_resources": [],
        "shared_resources": [], "resource_configs": {}, "max_resource_retry": 5,
        "max_resource_wait": null, "thread_safe": false, "process_safe": null,
        "valid_ats": ["any"], "valid_duts": ["any"], "req_param_keys": [], "optional_param_keys": [],
        "prereq_tasks": [], "prereq_same_thread": null, "est_task_time": 3600,
        "always_teardown": false, "extra_metadata": {}, "priority": 5,
        "groups": [], "phase": "test", "timeout": null, "retries": 0, "ignore": false,
    })
}

#[test]
fn every_task_parameter_has_a_default_but_name_and_description() {
    let spec = TaskSpec::from_document(json!({ "name": "a", "description": "" })).unwrap();
    assert_eq!(spec.to_document(), task_defaults());
    let errors = TaskSpec::from_document(json!({})).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "name: missing; expected the name of a task\ndescription: missing; expected text"
    );
    for key in ["name", "description"] {
        let document = with(&task_defaults(), json!({ key: null }));
        assert!(TaskSpec::from_document(document).is_err(), "{key}: null");
    }
}

#[test]
fn null_stands_for_the_default_of_every_other_task_parameter() {
    let Value::Object(keys) = task_defaults() else {
        panic!("a mapping")
    };
    for key in keys
        .keys()
        .filter(|key| !["name", "description"].contains(&key.as_str()))
    {
        let document = with(&task_defaults(), json!({ (key): null }));
        let spec = TaskSpec::from_document(document).unwrap();
        assert_eq!(spec.to_document(), task_defaults(), "{key}");
    }
}

#[test]
fn a_task_parameter_of_another_type_is_refused() {
    let base = json!({ "name": "a", "description": "" });
    let span = |key: &str, found: &str| {
        format!(
            "{key}: expected a span of time: seconds of at least 0, or text such as \"90s\" or \"1h 30m\", found {found}"
        )
    };
    check(
        TaskSpec::from_document,
        &base,
        &[
            ("est_task_time", json!(2.5), None),
            ("est_task_time", json!("1h 30m"), None),
            (
                "est_task_time",
                json!(-1),
                Some(&span("est_task_time", "-1")),
            ),
            ("max_resource_wait", json!(3600), None),
            ("max_resource_retry", json!(0), None),
            (
                "max_resource_retry",
                json!(-1),
                Some("max_resource_retry: expected a whole number of at least 0, found -1"),
            ),
            (
                "stop_suite_on_fail",
                json!("no"),
                Some("stop_suite_on_fail: expected true or false, found \"no\""),
            ),
            (
                "exclusive_resources",
                json!("psu"),
                Some("exclusive_resources: expected a list, found \"psu\""),
            ),
            (
                "resource_configs",
                json!(["psu"]),
                Some("resource_configs: expected a mapping of keys to values, found [\"psu\"]"),
            ),
            (
                "prereq_tasks",
                json!([""]),
                Some("prereq_tasks[0]: expected text that is not empty, found \"\""),
            ),
            (
                "priority",
                json!(1.5),
                Some(
                    "priority: expected a whole number between -2147483648 and 2147483647, found 1.5",
                ),
            ),
            ("priority", json!(-1), None),
            ("extra_metadata", json!({ "line": 7 }), None),
        ],
    );
}

#[test]
fn a_task_return_needs_a_result_and_nothing_else() {
    let answer = TaskReturn::from_document(json!({ "result": "Passed" })).unwrap();
    assert_eq!(
        answer.to_document(),
        json!({ "result": "Passed", "metadata": { "message": "" } })
    );
    check(
        TaskReturn::from_document,
        &json!({ "result": "Passed" }),
        &[
            ("metadata", json!(null), None),
            ("metadata", json!({ "message": null }), None),
            ("metadata", json!({ "message": "" }), None),
            (
                "metadata",
                json!({ "message": 5 }),
                Some("metadata.message: expected text, found 5"),
            ),
            (
                "metadata",
                json!([]),
                Some("metadata: expected a mapping of keys to values, found []"),
            ),
            ("multi_result", json!([]), None),
            (
                "multi_result",
                json!(null),
                Some("multi_result: expected a list, found null"),
            ),
            (
                "multi_result",
                json!([{ "name": "x" }]),
                Some("multi_result[0].result: missing; expected a result word"),
            ),
            (
                "multi_result",
                json!([{ "result": "Passed" }]),
                Some("multi_result[0].name: missing; expected text that is not empty"),
            ),
            (
                "result",
                json!(""),
                Some("result: expected text that is not empty, found \"\""),
            ),
            ("result", json!("a word of the pack's own"), None),
        ],
    );
    assert_eq!(
        TaskReturn::from_document(json!({}))
            .unwrap_err()
            .to_string(),
        "result: missing; expected a result word"
    );
}

#[test]
fn a_sub_result_has_a_description_a_message_and_metadata_by_default() {
    let answer = TaskReturn::from_document(
        json!({ "result": "Passed", "multi_result": [{ "name": "x", "result": "Failed" }] }),
    )
    .unwrap();
    assert_eq!(
        answer.to_document()["multi_result"],
        json!([{ "name": "x", "description": "", "result": "Failed", "metadata": { "message": "" } }])
    );
}

#[test]
fn a_report_needs_four_keys_and_times_are_zero_by_default() {
    let document = json!({ "name": "a", "description": "", "result": "Passed", "metadata": {} });
    let record = ReportRecord::from_document(document.clone()).unwrap();
    assert_eq!(record.result, Verdict::Passed);
    assert_eq!(
        record.to_document()["metadata"],
        json!({ "message": "", "run_time": 0.0, "est_task_time": 0.0, "run_time_delta": 0.0 })
    );
    let Value::Object(keys) = &document else {
        panic!("a mapping")
    };
    for key in keys.keys() {
        let mut lacking = keys.clone();
        lacking.remove(key);
        let errors = ReportRecord::from_document(Value::Object(lacking)).unwrap_err();
        assert!(errors.to_string().starts_with(&format!("{key}: missing")));
    }
    check(
        ReportRecord::from_document,
        &document,
        &[
            ("metadata", json!({ "run_time": 2 }), None),
            (
                "metadata",
                json!({ "run_time": "2" }),
                Some("metadata.run_time: expected a number, found \"2\""),
            ),
        ],
    );
}

#[test]
fn what_is_read_is_a_copy_and_the_document_stays_as_it_was() {
    let document = json!({ "dut": "widget-a", "serial": 1 });
    let before = document.clone();
    config(document.clone()).unwrap();
    assert_eq!(document, before);
}

#[test]
fn a_pack_may_say_more_about_its_parameters_with_a_type_of_its_own() {
    let (_, params) = config(json!({ "dut": "widget-a", "serial": "4711" })).unwrap();
    let strict = params.as_type::<std::collections::BTreeMap<String, u32>>();
    assert!(strict.is_err());
    let loose = params.as_type::<std::collections::BTreeMap<String, String>>();
    assert_eq!(loose.unwrap()["serial"], "4711");
}
