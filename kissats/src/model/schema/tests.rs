//! The original's four schemas, table by table, with the minimums that it lacks.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::model::{ReportRecord, RunConfig, SchemaErrors, TaskReturn, TaskSpec};

type Normalise = fn(Value) -> Result<Value, SchemaErrors>;

fn run_config(document: Value) -> Result<Value, SchemaErrors> {
    let (config, params) = RunConfig::from_document(document)?;
    let Value::Object(mut document) = config.to_document() else {
        panic!("a mapping");
    };
    document.extend(params.values().clone());
    Ok(Value::Object(document))
}

fn task_spec(document: Value) -> Result<Value, SchemaErrors> {
    TaskSpec::from_document(document).map(|spec| spec.to_document())
}

fn task_return(document: Value) -> Result<Value, SchemaErrors> {
    TaskReturn::from_document(document).map(|answer| answer.to_document())
}

fn report_record(document: Value) -> Result<Value, SchemaErrors> {
    ReportRecord::from_document(document).map(|record| record.to_document())
}

/// The least that each schema accepts.
fn schemas() -> [(Normalise, Value); 4] {
    [
        (run_config, json!({})),
        (task_spec, json!({ "name": "t", "description": "" })),
        (task_return, json!({ "result": "Passed" })),
        (
            report_record,
            json!({ "name": "t", "description": "", "result": "Passed", "metadata": {} }),
        ),
    ]
}

const RUN: usize = 0;
const TASK: usize = 1;
const RETURN: usize = 2;
const REPORT: usize = 3;

/// The least document with one more key.
fn with(schema: usize, key: &str, value: Value) -> Result<Value, SchemaErrors> {
    let (normalise, mut document) = schemas()[schema].clone();
    document[key] = value;
    normalise(document)
}

#[test]
fn defaults_are_the_original_ones() {
    let documents = schemas().map(|(normalise, least)| normalise(least).unwrap());
    assert_eq!(
        documents[RUN],
        json!({
            "task_package": null, "package_version": null, "test_groups": [], "ats_client": null,
            "ats_client_kwargs": {}, "valid_result": ["Passed", "Completed", "Skipped"],
            "thread_limit": 5, "process_limit": 5, "resource_mode": "all", "run_mode": "normal",
            "ats": null, "dut": null, "ignore_prereq": false,
        })
    );
    assert_eq!(
        documents[TASK],
        json!({
            "name": "t", "description": "", "groups": [], "phase": "test", "stop_suite_on_fail": true,
            "exclusive_resources": [], "shared_resources": [], "resource_configs": {},
            "max_resource_retry": 5, "max_resource_wait": null, "thread_safe": false,
            "process_safe": null, "valid_ats": ["any"], "valid_duts": ["any"], "req_param_keys": [],
            "optional_param_keys": [], "prereq_tasks": [], "prereq_same_thread": null,
            "est_task_time": 3600, "always_teardown": false, "extra_metadata": {}, "priority": 5,
            "timeout": null, "retries": 0, "ignore": false,
        })
    );
    assert_eq!(
        documents[RETURN],
        json!({ "result": "Passed", "metadata": { "message": "" } })
    );
    assert_eq!(
        documents[REPORT],
        json!({
            "name": "t", "description": "", "result": "Passed",
            "metadata": {
                "message": "", "run_time": 0.0, "est_task_time": 0.0, "run_time_delta": 0.0,
            },
        })
    );
}

#[test]
fn null_stands_for_the_default_and_unknown_keys_are_kept() {
    for (schema, (normalise, least)) in schemas().into_iter().enumerate() {
        let default = normalise(least.clone()).unwrap();
        for (key, value) in default.as_object().unwrap() {
            // Without a default, null is no value.
            let refused = least.get(key).is_some();
            assert_eq!(with(schema, key, Value::Null).is_err(), refused, "{key}");
            if !refused {
                assert_eq!(
                    with(schema, key, Value::Null).unwrap()[key],
                    *value,
                    "{key}"
                );
            }
        }
        let kept = with(schema, "pack_key", json!([1, null])).unwrap();
        assert_eq!(kept["pack_key"], json!([1, null]), "{kept}");
    }
    let metadata = json!({ "message": "m", "volts": 11.9 });
    for schema in [RETURN, REPORT] {
        let kept = with(schema, "metadata", metadata.clone()).unwrap();
        assert_eq!(kept["metadata"]["volts"], 11.9);
        assert_eq!(kept["metadata"]["message"], "m");
    }
    let parts = json!([{ "name": "a", "result": "Passed", "limit": 3 }]);
    let kept = with(RETURN, "multi_result", parts).unwrap();
    assert_eq!(
        kept["multi_result"],
        json!([{
            "name": "a", "description": "", "result": "Passed", "limit": 3,
            "metadata": { "message": "" },
        }])
    );
}

#[test]
fn values_are_taken_in_their_forms() {
    for (schema, key, value, taken) in [
        (RUN, "task_package", json!("my-pack"), json!("my_pack")),
        (RUN, "package_version", json!(">=1.0.0"), json!(">=1.0.0")),
        (RUN, "ats_client", json!("AUTO"), json!("AUTO")),
        (
            RUN,
            "resource_mode",
            json!("custom_all"),
            json!("custom_all"),
        ),
        (RUN, "run_mode", json!("process"), json!("process")),
        (
            RUN,
            "valid_result",
            json!(["Degraded"]),
            json!(["Degraded"]),
        ),
        (TASK, "est_task_time", json!("1h 30m"), json!(5400)),
        (TASK, "est_task_time", json!(0), json!(0)),
        (TASK, "timeout", json!(0.25), json!("250ms")),
        (TASK, "max_resource_wait", json!("90s"), json!(90)),
        (TASK, "priority", json!(-1), json!(-1)),
        (
            TASK,
            "ignore",
            json!("takes a night"),
            json!("takes a night"),
        ),
        (TASK, "ignore", json!(true), json!(true)),
        (TASK, "valid_duts", json!([]), json!([])),
        (RETURN, "result", json!("Degraded"), json!("Degraded")),
        (RETURN, "multi_result", json!([]), Value::Null),
        (REPORT, "description", json!("d"), json!("d")),
    ] {
        let document = with(schema, key, value.clone()).unwrap();
        let found = document.get(key).cloned().unwrap_or_default();
        assert_eq!(found, taken, "{key} = {value}");
    }
    let (config, _) = RunConfig::from_document(json!({ "ats_client": "Auto" })).unwrap();
    assert!(config.ats_client_is_auto());
}

#[test]
fn every_wrong_value_is_named_with_what_would_be_right() {
    let least_one = "expected a whole number of at least 1, found ";
    for (schema, key, value, message) in [
        (RUN, "thread_limit", json!(0), format!("thread_limit: {least_one}0")),
        (RUN, "thread_limit", json!("5"), format!("thread_limit: {least_one}\"5\"")),
        (RUN, "thread_limit", json!(5.0), format!("thread_limit: {least_one}5.0")),
        (RUN, "thread_limit", json!(true), format!("thread_limit: {least_one}true")),
        (RUN, "process_limit", json!(-2), format!("process_limit: {least_one}-2")),
        (RUN, "process_limit", json!(u64::MAX), "process_limit: expected a smaller whole number, found 18446744073709551615".into()),
        (RUN, "valid_result", json!([]), "valid_result: expected a list of at least one result word, found []".into()),
        (RUN, "valid_result", json!(["Passed", 3]), "valid_result[1]: expected text that is not empty, found 3".into()),
        (RUN, "resource_mode", json!("per_task"), "resource_mode: expected one of all, per_task_separate, per_task_combine, custom_all, custom_separate, custom_combine, found \"per_task\"; did you mean `per_task_combine`?".into()),
        (RUN, "run_mode", json!(1), "run_mode: expected one of normal, thread, process, found 1".into()),
        (RUN, "ignore_prereq", json!("no"), "ignore_prereq: expected true or false, found \"no\"".into()),
        (RUN, "test_groups", json!("smoke"), "test_groups: expected a list, found \"smoke\"".into()),
        (RUN, "test_groups", json!(["a", ""]), "test_groups[1]: \"\" is no group name: it is empty".into()),
        (RUN, "dut", json!(" x"), "dut: \" x\" is no DUT name: it starts or ends with white space".into()),
        (RUN, "ats_client_kwargs", json!([]), "ats_client_kwargs: expected a mapping of keys to values, found []".into()),
        (TASK, "name", json!(null), "name: expected text, found null".into()),
        (TASK, "max_resource_retry", json!(1.5), "max_resource_retry: expected a whole number of at least 0, found 1.5".into()),
        (TASK, "est_task_time", json!(-1), "est_task_time: expected a span of time: seconds of at least 0, or text such as \"90s\" or \"1h 30m\", found -1".into()),
        (TASK, "est_task_time", json!(1e300), "est_task_time: expected a span of time: seconds of at least 0, or text such as \"90s\" or \"1h 30m\", found 1e+300".into()),
        (TASK, "exclusive_resources", json!(["psu", {}]), "exclusive_resources[1]: expected text, found {}".into()),
        (TASK, "prereq_tasks", json!([""]), "prereq_tasks[0]: expected text that is not empty, found \"\"".into()),
        (TASK, "phase", json!("set-up"), "phase: expected one of setup, test, teardown, found \"set-up\"; did you mean `setup`?".into()),
        (RETURN, "result", json!(null), "result: expected text that is not empty, found null".into()),
        (RETURN, "result", json!(""), "result: expected text that is not empty, found \"\"".into()),
        (RETURN, "metadata", json!({ "message": 3 }), "metadata.message: expected text, found 3".into()),
        (RETURN, "multi_result", json!(null), "multi_result: expected a list, found null".into()),
        (RETURN, "multi_result", json!([{ "name": "a" }]), "multi_result[0].result: missing; expected a result word".into()),
        (REPORT, "metadata", json!({ "run_time": "1" }), "metadata.run_time: expected a number, found \"1\"".into()),
    ] {
        let errors = with(schema, key, value.clone()).unwrap_err();
        assert_eq!(errors.to_string(), message, "{key} = {value}");
    }
    for (normalise, _) in schemas() {
        let errors = normalise(json!([])).unwrap_err().to_string();
        assert_eq!(
            errors,
            "the document: expected a mapping of keys to values, found []"
        );
    }
}

#[test]
fn all_violations_are_found_at_once() {
    let document = json!({
        "thread_limit": "5", "dut": 3, "valid_result": [1, 2], "serial": 4711,
    });
    let errors = RunConfig::from_document(document).unwrap_err();
    let paths: Vec<String> = errors.iter().map(|error| error.path.to_string()).collect();
    assert_eq!(
        paths,
        ["valid_result[0]", "valid_result[1]", "thread_limit", "dut"]
    );
}

/// Documents that are sometimes right: keys of the schemas, values of all kinds.
fn documents() -> impl Strategy<Value = Value> {
    let keys: Vec<String> = schemas()
        .into_iter()
        .flat_map(|(normalise, least)| {
            let document = normalise(least).unwrap();
            let keys: Vec<String> = document.as_object().unwrap().keys().cloned().collect();
            keys
        })
        .chain(["multi_result", "message", "run_time", "other"].map(str::to_owned))
        .collect();
    let words = [
        "Passed", "t", "90s", "1.5", "all", "thread", "setup", "auto", ">=1", "", " ",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_u32..100).prop_map(Value::from),
        (0.0_f64..1e12).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(words.to_vec()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(4, 64, 8, move |inner| {
        let key = prop_oneof![prop::sample::select(keys.clone()), any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    });
    (tree, 0_usize..4, any::<bool>()).prop_map(|(mut document, schema, complete)| {
        if let (Value::Object(object), true) = (&mut document, complete) {
            // What must be there is there, so that the rest is looked at.
            let Value::Object(least) = schemas()[schema].1.clone() else {
                return document;
            };
            object.extend(least);
        }
        document
    })
}

proptest! {
    #[test]
    fn normalising_never_panics_and_is_idempotent(document in documents()) {
        for (normalise, _) in schemas() {
            if let Ok(once) = normalise(document.clone()) {
                let twice = normalise(once.clone()).unwrap();
                prop_assert_eq!(twice, once);
            }
        }
    }
}
