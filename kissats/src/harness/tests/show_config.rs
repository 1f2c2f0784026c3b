//! Every setting, wherever it comes from.

use serde_json::json;

use super::support::{FILE, resolve_with, shown_as};

#[test]
fn defaults_of_tasks_are_those_of_the_file_or_the_built_in_ones() {
    let files = [(FILE, "[task-defaults]\nretries = 2\n")];
    let settings = resolve_with(&["--show-config"], &[], &files).unwrap();
    for (key, value, origin) in [
        ("retries", json!(2), "file .config/kissats.toml:2:1"),
        ("est_task_time", json!(3600), "default"),
        ("max_resource_wait", json!(null), "default"),
        ("process_safe", json!(false), "default"),
        ("prereq_same_thread", json!(true), "default"),
        ("timeout", json!(null), "default"),
    ] {
        let shown = shown_as(&settings, "task-defaults", key);
        assert_eq!(shown, (value, origin.to_owned()), "{key}");
    }
}

#[test]
fn resources_are_those_of_the_file_and_else_of_the_test_target() {
    let show = |text: &str, key: &str| {
        let settings = resolve_with(&["--show-config"], &[], &[(FILE, text)]).unwrap();
        shown_as(&settings, "resources", key)
    };
    let of_target = json!({ "instances": [{ "name": "oven-1", "config": { "port": 7 } }] });
    assert_eq!(show("", "oven"), (of_target, "the test target".to_owned()));
    let text = "[resources]\nstrict = true\noven = { capacity = 2 }\n";
    let place = |line| format!("file .config/kissats.toml:{line}:1");
    assert_eq!(show(text, "oven"), (json!({ "capacity": 2 }), place(3)));
    assert_eq!(show(text, "strict"), (json!(true), place(2)));
    assert_eq!(show("", "strict"), (json!(false), "default".to_owned()));
}
