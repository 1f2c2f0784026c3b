//! What is refused, and in which words.

use crate::tests::reading::{mistakes, mistakes_on};

#[test]
fn one_mistake_is_one_message() {
    for (attribute, message) in [
        ("flavour = \"x\"", "there is no key `flavour`; the keys are"),
        ("thread-safe = true", "did you mean `thread_safe`?"),
        ("est_test_time = 5", "did you mean `est_task_time`?"),
        ("resource_config = {}", "did you mean `resource_configs`?"),
        ("thread_safe", "write `thread_safe = true`"),
        ("groups =", "a value is missing"),
        ("groups == [\"a\"]", "one `=` stands"),
        ("groups => [\"a\"]", "one `=` stands"),
        ("groups: [\"a\"]", "`=` stands between"),
        ("groups(\"a\", \"b\")", "`=` stands between"),
        ("groups [\"a\"]", "`=` stands between"),
        ("groups \"a\"", "expected `=` after `groups`"),
        ("\"groups\" = [\"a\"]", "without quotes"),
        ("\"smoke\"", "expected a key and its value"),
        (
            "thread_safe = true phase = \"test\"",
            "a comma is missing before `phase`",
        ),
        ("setup = a::b ignore", "a comma is missing before `ignore`"),
        ("thread_safe = true,, ignore", "one comma too many"),
        ("name = x", "`name = \"x\"`"),
        ("name = b\"x\"", "`name` takes one name in quotes"),
        ("name = [\"x\"]", "without brackets: `name = \"x\"`"),
        ("name = \"\"", "cannot be empty"),
        ("name = \"a\\nb\"", "control characters"),
        ("name = \" a\"", "white space"),
        ("name = \"[a\"", "marks groups"),
        ("group = \"a]\"", "ends a group"),
        ("group = \"a\", groups = [\"b\"]", "write one of the two"),
        ("groups = \"a\"", "`groups = [\"a\"]`"),
        ("groups = {\"a\"}", "square brackets"),
        ("groups = [a]", "takes names in quotes: \"a\""),
        (
            "groups = [\"a\" \"b\"]",
            "a comma is missing before `\"b\"`",
        ),
        ("groups = [\"a\",, \"b\"]", "one comma too many"),
        ("groups = [\"a\", \"a\"]", "\"a\" is in `groups` twice"),
        ("groups = [1]", "a list of names in quotes"),
        ("phase = \"setpu\"", "did you mean \"setup\"?"),
        (
            "phase = \"x\"",
            "the phases are \"setup\", \"test\" and \"teardown\"",
        ),
        ("phase = teardown", "in quotes: `phase = \"teardown\"`"),
        ("phase = 1", "`phase` takes one of"),
        (
            "thread_safe = \"true\"",
            "without quotes: `thread_safe = true`",
        ),
        ("thread_safe = yes", "`thread_safe` takes `true` or `false`"),
        ("retries = 1001", "from 0 to 1000"),
        ("retries = -1", "from 0 to 1000"),
        ("retries = 1.5", "`retries` takes a whole number"),
        ("retries = \"2\"", "`retries` takes a whole number"),
        ("retries = {}", "`count` is missing"),
        (
            "retries = { count = 1001 }",
            "`count` must be from 0 to 1000",
        ),
        (
            "retries = { \"count\": 2 }",
            "a key is written without quotes: `count = 2`",
        ),
        (
            "retries = { count: 2 }",
            "`=` stands between a key and its value: `count = 2`",
        ),
        (
            "retries = { 2 }",
            "expected a key and its value, such as `count = 2`",
        ),
        (
            "retries = { count = 2, count = 2 }",
            "`count` is written twice",
        ),
        (
            "retries = { count = 2 delay = 1 }",
            "a comma is missing before `delay`",
        ),
        (
            "retries = { count = 2, dealy = 1 }",
            "there is no key `dealy`; did you mean `delay`?",
        ),
        (
            "retries = { count = 2, delay = soon }",
            "`delay` takes a duration",
        ),
        (
            "retries = { count = 2, delay = 1, backoff = \"exponental\" }",
            "did you mean \"exponential\"?",
        ),
        (
            "retries = { count = 2, backoff = \"x\" }",
            "\"x\" is no value of `backoff`; `backoff` takes \"fixed\"",
        ),
        (
            "retries = { count = 2, on = other }",
            "`on` takes \"any-instance\" or \"other-instance\"",
        ),
        (
            "retries = { count = 2, backoff = \"exponential\" }",
            "add a `delay` longer than zero",
        ),
        (
            "retries = { count = 2, delay = 1, max_delay = 2 }",
            "add `backoff = \"exponential\"`",
        ),
        (
            "retries = { count = 2, delay = 3, backoff = \"exponential\", max_delay = 2 }",
            "the longest wait is shorter than the first",
        ),
        ("max_resource_retry = 4294967296", "from 0 to 4294967295"),
        (
            "priority = 99999999999999999999",
            "from -2147483648 to 2147483647",
        ),
        ("timeout = 0", "must be longer than zero"),
        ("timeout = \"0s\"", "must be longer than zero"),
        ("timeout = -1", "cannot be negative"),
        ("timeout = \"-1s\"", "cannot be negative"),
        ("timeout = 5s", "in quotes: `timeout = \"5s\"`"),
        ("timeout = 5u8", "`timeout` takes a duration"),
        ("timeout = \"soon\"", "\"soon\" is not a duration"),
        ("timeout = \"90\"", "\"90\" is not a duration"),
        ("timeout = 1e300", "longer than a duration can be"),
        ("timeout = true", "`timeout` takes a duration"),
        ("valid_duts = []", "an empty list accepts nothing"),
        ("valid_duts = \"x\"", "`valid_duts = [\"x\"]`"),
        ("prereq_tasks = on", "`prereq_tasks = [on]`"),
        ("prereq_tasks = \"on\"", "`prereq_tasks = [\"on\"]`"),
        (
            "prereq_tasks = [on, off, on]",
            "`on` is in `prereq_tasks` twice",
        ),
        (
            "prereq_tasks = [\"a::on\", \"a::on\"]",
            "\"a::on\" is in `prereq_tasks` twice",
        ),
        ("prereq_tasks = [rail]", "its own prerequisite"),
        ("prereq_tasks = [on::<A, B>]", "without generic arguments"),
        ("prereq_tasks = [on off]", "a comma is missing before `off`"),
        ("prereq_tasks = [1]", "`prereq_tasks` takes a list of tasks"),
        ("setup = \"prepare\"", "without quotes"),
        ("setup = prepare()", "is not called here"),
        ("setup = prepare::<A, B>", "without generic arguments"),
        ("setup = |_| {}", "`setup` takes the path"),
        ("setup = ::", "`setup` takes the path"),
        ("ignore = 1", "`ignore` takes nothing"),
        ("ignore(\"x\")", "`=` stands between"),
        ("ignore, ignore", "`ignore` is written twice"),
        (
            "exclusive_resources = [\"psu\"], shared_resources = [\"psu\"]",
            "either alone or shared",
        ),
        ("extra_metadata = [1]", "values in braces"),
        ("extra_metadata = { a: 1 }", "in quotes here: \"a\""),
        ("extra_metadata = { \"a\" = 1 }", "`:` stands between"),
        (
            "extra_metadata = { \"a\": }",
            "the value of \"a\" is missing",
        ),
        (
            "extra_metadata = { \"a\" }",
            "the value of \"a\" is missing",
        ),
        (
            "extra_metadata = { \"a\": 1 \"b\": 2 }",
            "a comma is missing before `\"b\"`",
        ),
        (
            "extra_metadata = { \"a\": 1, \"a\": 2 }",
            "\"a\" is written twice",
        ),
        ("extra_metadata = { \"a\": None }", "`null`"),
        ("extra_metadata = { \"a\": True }", "`true`"),
        ("extra_metadata = { \"a\": x }", "as in JSON"),
        ("extra_metadata = { \"a\": [x] }", "as in JSON"),
        ("extra_metadata = { \"a\": 1u8 }", "without a suffix"),
        (
            "extra_metadata = { \"a\": 99999999999999999999 }",
            "too large",
        ),
        ("extra_metadata = { \"a\": 1e999 }", "too large"),
        ("extra_metadata = { \"a\": 1_000 }", "as in JSON here"),
        ("extra_metadata = { \"a\": 0x10 }", "as in JSON here"),
        ("extra_metadata = { \"a\": 007 }", "as in JSON here"),
        ("extra_metadata = { \"a\": 1. }", "as in JSON here"),
        (
            "exclusive_resources = [\"psu\"], resource_configs = { \"pus\": {} }",
            "did you mean \"psu\"?",
        ),
        (
            "resource_configs = { \"psu\": {} }",
            "name it in `exclusive_resources`",
        ),
        (
            "exclusive_resources = \"psu\", resource_configs = { \"psu\": {} }",
            "`exclusive_resources = [\"psu\"]`",
        ),
    ] {
        let found = mistakes(attribute);
        assert!(
            found.len() == 1 && found[0].contains(message),
            "{attribute}: {found:#?}"
        );
    }
}

#[test]
fn what_is_right_is_accepted() {
    for attribute in [
        "ignore,",
        "setup = setup, teardown = crate::teardown, params = ::a::params",
        "params = adjust, resource_configs = { \"later\": {} }",
        "shared_resources = [\"psu\"], resource_configs = { \"psu\": { \"a\": [], \"b\": {}, } }",
        "extra_metadata = { \"a\": 18446744073709551615, \"b\": -9223372036854775808, \"c\": \"\" }",
        "est_task_time = 0, max_resource_wait = 0.0",
        "name = r#\"a \"quoted\" name\"#",
        "description = \"\"",
        "groups = []",
        "priority = -2147483648",
    ] {
        assert_eq!(mistakes(attribute), [""; 0], "{attribute}");
    }
}

#[test]
fn every_mistake_is_told() {
    let found = mistakes_on(
        "grups = [\"a\"], thread_safe = 1, , timeout = -1, valid_ats = [], group = \"]\" phase = 2",
        "const unsafe extern \"C\" fn rail<T, const N: usize>(self, a: A, b: B) {}",
    );
    let expected = [
        "did you mean `groups`?",
        "`thread_safe` takes",
        "one comma too many",
        "negative",
        "ends a group",
        "a comma is missing",
        "`phase` takes",
        "accepts nothing",
        "cannot be `const`",
        "cannot be `unsafe`",
        "cannot be `extern`",
        "what `T` is",
        "what `N` is",
        "cannot take `self`",
        "takes nothing or `&TaskContext`",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{found}: {expected}");
    }
}

#[test]
fn a_function_that_is_no_task_says_why() {
    for (item, message) in [
        ("fn rail(&self) {}", "cannot take `self`"),
        (
            "fn rail(a: A, b: B, c: C) {}",
            "takes nothing or `&TaskContext`",
        ),
        (
            "unsafe extern \"C\" fn rail(a: A, ...) {}",
            "cannot be `unsafe`",
        ),
        ("fn rail();", "needs a body"),
        ("#[test] fn rail() {}", "remove this attribute"),
        ("#[tokio::test] fn rail() {}", "remove this attribute"),
        ("#[ignore = \"x\"] fn rail() {}", "a key of its own"),
        (
            "#[should_panic] fn rail() {}",
            "a task that panics has failed",
        ),
        ("#[kissats::kiss_task(x)] fn rail() {}", "twice"),
        ("struct Rail;", "`#[kiss_task]` belongs on a function"),
        (
            "const RAIL: usize = 1;",
            "`#[kiss_task]` belongs on a function",
        ),
        ("extern \"C\" {}", "`#[kiss_task]` belongs on a function"),
        (
            "unsafe impl A for B { fn a() {} }",
            "`#[kiss_task]` belongs on a function",
        ),
        (
            "/// Doc.\n pub mod rail { fn a() {} }",
            "`task_main` is missing",
        ),
        ("pub mod rail;", "cannot see into the file"),
    ] {
        let found = mistakes_on("", item);
        assert!(
            found.first().is_some_and(|found| found.contains(message)),
            "{item}: {found:#?}"
        );
    }
}
