//! The attribute as a whole, on tokens; what rustc makes of the result is tested in `tests/ui`.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::expand;
use crate::item::Item;
use crate::parse;
use crate::validate;

fn tokens(source: &str) -> TokenStream {
    source
        .parse()
        .unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn mistakes_on(attribute: &str, item: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let entries = parse::parse(tokens(attribute), &mut errors);
    let item = Item::read(&tokens(item), &mut errors);
    validate::check(&entries, item.as_ref(), &mut errors);
    errors.messages()
}

fn mistakes(attribute: &str) -> Vec<String> {
    mistakes_on(attribute, "fn rail() {}")
}

fn expanded_on(attribute: &str, item: &str) -> String {
    expand::kiss_task(tokens(attribute), tokens(item)).to_string()
}

fn expanded(attribute: &str) -> String {
    expanded_on(attribute, "fn rail() {}")
}

/// Whether the registration calls this, white space aside.
#[track_caller]
fn assert_calls(attribute: &str, call: &str) {
    let compact = |text: &str| text.replace(' ', "");
    let code = expanded(attribute);
    assert!(
        compact(&code).contains(&compact(call)),
        "{attribute}: {call} is not in {code}"
    );
}

#[test]
fn every_key_reaches_the_declaration() {
    for (attribute, call) in [
        ("name = \"rail\"", "Key::Name(\"rail\")"),
        ("description = \"d\"", "Key::Description(\"d\")"),
        ("groups = [\"a\", \"b\",]", "Key::Groups(&[\"a\", \"b\"])"),
        ("group = \"a\"", "Key::Groups(&[\"a\"])"),
        (
            "phase = \"teardown\"",
            "Key::Phase(__kissats::Phase::Teardown)",
        ),
        ("stop_suite_on_fail = false", "Key::StopSuiteOnFail(false)"),
        (
            "exclusive_resources = [\"psu\"]",
            "Key::ExclusiveResources(&[\"psu\"])",
        ),
        ("shared_resources = []", "Key::SharedResources(&[])"),
        ("max_resource_retry = 0", "Key::MaxResourceRetry(0u32)"),
        (
            "max_resource_wait = \"1h 30m\"",
            "Key::MaxResourceWait(5400u64, 0u32)",
        ),
        (
            "est_task_time = 0.25",
            "Key::EstTaskTime(0u64, 250000000u32)",
        ),
        ("timeout = 5", "Key::Timeout(5u64, 0u32)"),
        ("thread_safe = true", "Key::ThreadSafe(true)"),
        (
            "prereq_tasks = [on, crate::on, ::a::on, \"a::on\"]",
            "__kissats::DeclaredPrereq::Named(\"a::on\")] })",
        ),
        (
            "prereq_tasks = [on, ::a::on]",
            "use ::a::on as not_a_kissats_task; __kissats::prereq(not_a_kissats_task::__KissatsTask)",
        ),
        (
            "setup = self::prepare",
            "Key::Setup(__kissats::body!(self::prepare))",
        ),
        ("params = adjust", "Key::Params(adjust)"),
        ("priority = -3", "Key::Priority(-3i32)"),
        ("retries = 1_000", "Key::Retries(1000u32)"),
        (
            "retries = { count = 3, delay = 1.5, backoff = \"exponential\", on = \"other-instance\" }",
            "Key::RetriesWith(const { & __kissats::Retries::declared(3u32, ::core::time::Duration::new(1u64, \
             500000000u32), __kissats::Backoff::Exponential, ::core::option::Option::None, \
             __kissats::RetryOn::OtherInstance,) })",
        ),
        (
            "retries = { backoff = \"exponential\", delay = 1, max_delay = \"1m\", count = 1, }",
            "::core::option::Option::Some(::core::time::Duration::new(60u64, 0u32)), __kissats::RetryOn::AnyInstance",
        ),
        ("ignore", "Key::Ignore(\"\")"),
        ("ignore = true", "Key::Ignore(\"\")"),
        ("ignore = \"why\"", "Key::Ignore(\"why\")"),
        (
            "extra_metadata = { \"a\": [1, -2.5, null], \"b\": { \"c\": 5000000000 } }",
            r#"Key::ExtraMetadata("{\"a\":[1,-2.5,null],\"b\":{\"c\":5000000000}}")"#,
        ),
    ] {
        assert_calls(attribute, call);
    }
    assert!(!expanded("ignore = false").contains("Ignore"));
}

#[test]
fn what_was_not_written_is_not_expanded() {
    let code = expanded("");
    assert!(code.contains("keys : & []"), "{code}");
}

#[test]
fn the_doc_comment_is_the_description_unless_one_is_written() {
    let item = "/// One.\n///\n///   Two. \n fn rail() {}";
    assert!(expanded_on("", item).contains(r#"Description ("One.\n\n  Two.")"#));
    let both = expanded_on("description = \"d\"", item);
    assert!(
        both.contains("Description (\"d\")") && !both.contains("Description (\"One"),
        "{both}"
    );
    assert!(!expanded_on("", "#[doc(hidden)] fn rail() {}").contains("Description"));
}

#[test]
fn the_function_stays_as_it_was_written() {
    let item = "#[inline] pub(crate) async fn r#in<'a>(cx: &'a TaskContext) -> Result<(), E> where E: 'a { x.await }";
    for attribute in ["", "nonsense"] {
        let code = expanded_on(attribute, item);
        assert!(code.starts_with(&tokens(item).to_string()), "{code}");
        assert!(code.contains("pub (crate) mod r#in {"), "{code}");
    }
}

#[test]
fn conditions_hold_for_all_that_is_made() {
    let code = expanded_on("", "#[cfg(unix)] #[cfg(test)] fn rail() {}");
    assert_eq!(
        code.matches("# [cfg (unix)] # [cfg (test)]").count(),
        3,
        "{code}"
    );
}

#[test]
fn a_mistake_registers_nothing_and_keeps_the_identity() {
    let code = expanded("flavour = 1");
    assert!(
        code.contains("mod rail { # [doc (hidden)] pub const __KissatsTask"),
        "{code}"
    );
    assert!(code.contains("compile_error"), "{code}");
    assert!(!code.contains("submit"), "{code}");
}

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

fn mistakes_in_module(attribute: &str, content: &str) -> Vec<String> {
    mistakes_on(attribute, &format!("mod rail {{ {content} }}"))
}

#[test]
fn functions_of_a_module_are_found_among_other_items() {
    let content = "#![allow(x)] use a::{b, task_main::c, task_setup as d}; const A: B = B {}; static C: D = { e }; \
        const fn helper<const N: usize>() -> F<{ N }> {} type G = H; struct I(J); struct K { task_setup: u8 } \
        impl L { fn setup() {} fn teardown(self) {} } macro_rules! m { (fn setup() {}) => {}; } m! {} m!(); \
        mod inner { fn setup() {} } trait T { fn get_param(); } fn measure(a: A, b: B) {} \
        #[cfg(x)] pub(crate) async fn task_main<'a>(cx: &'a C) -> R where R: S {} ";
    assert_eq!(mistakes_in_module("", content), [""; 0]);
    let item = format!(
        "/// Doc.\npub mod r#in {{ {content} fn task_setup() {{}} fn get_params(a: A, b: B) {{}} }}"
    );
    let code = expanded_on("group = \"a\"", &item);
    for part in [
        "let __functions = __functions . setup (__kissats :: body ! (task_setup)) ;",
        "let __functions = __functions . params (get_params) ;",
        "main : __kissats :: TaskMain :: Module (& r#in :: __KissatsFunctions)",
        "& [__kissats :: Key :: Description (\"Doc.\") , __kissats :: Key :: Groups (& [\"a\"])]",
    ] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
    assert!(!code.contains(". teardown ("), "{code}");
}

#[test]
fn the_description_of_a_module_is_its_own_or_that_of_its_main_function() {
    for (item, text) in [
        (
            "/// One.\n mod rail { /// Two.\n fn task_main() {} }",
            "One.",
        ),
        (
            "mod rail { //! One.\n /// Two.\n fn task_main() {} }",
            "One.",
        ),
        ("mod rail { /// Two.\n fn task_main() {} }", "Two."),
    ] {
        let code = expanded_on("", item);
        assert!(
            code.contains(&format!("Description (\"{text}\")")),
            "{code}"
        );
    }
}

#[test]
fn one_mistake_in_a_module_is_one_message() {
    for (attribute, content, message) in [
        ("", "", "`task_main` is missing"),
        ("", "fn power_on() {}", "`task_main` is missing"),
        ("", "fn main() {}", "the function of a task is `task_main`"),
        ("", "fn task_main() {} fn setup() {}", "is `task_setup`"),
        (
            "",
            "fn task_main() {} fn test_teardown() {}",
            "is `task_teardown`",
        ),
        ("", "fn task_main(a: A, b: B) {}", "takes nothing or"),
        (
            "",
            "fn task_main() {} async fn get_params(a: A, b: B) {}",
            "cannot be `async`",
        ),
        (
            "",
            "fn task_main() {} fn get_params(a: A) {}",
            "`&mut TaskSpec, &GlobalParams`",
        ),
        (
            "",
            "fn task_main() {} use super::task_setup;",
            "is imported",
        ),
        ("", "fn task_main(cx: ) {}", "cannot read this function"),
        (
            "setup = a",
            "fn task_main() {} fn task_setup() {}",
            "keep one of the two",
        ),
        (
            "prereq_tasks = [rail]",
            "fn task_main() {}",
            "its own prerequisite",
        ),
        (
            "resource_configs = { \"psu\": {} }",
            "fn task_main() {}",
            "name it in",
        ),
    ] {
        let found = mistakes_in_module(attribute, content);
        assert!(
            found.len() == 1 && found[0].contains(message),
            "{attribute} {content}: {found:#?}"
        );
    }
    for (attribute, content) in [
        ("setup = rail::setup", "fn task_main() {} fn setup() {}"),
        ("", "fn task_main() {} fn task_setup() {} fn setup() {}"),
        ("", "fn task_main() {} fn setup(channel: u8, volts: f64) {}"),
        (
            "resource_configs = { \"psu\": {} }",
            "fn task_main() {} fn get_params(a: A, b: B) {}",
        ),
    ] {
        assert_eq!(mistakes_in_module(attribute, content), [""; 0], "{content}");
    }
}

#[test]
fn an_object_becomes_json_text() {
    for (object, text) in [
        ("{}", r"{}"),
        (
            r#"{ "a": -1, "b": 1.50, "c": 1e-3, "d": [true, null, [],], "e": { "f": "" } }"#,
            r#"{"a":-1,"b":1.50,"c":1e-3,"d":[true,null,[]],"e":{"f":""}}"#,
        ),
        (
            r#"{ "q\"": "\\ \n \u{1} \u{7f} \u{1f408}", "raw": r"\n" }"#,
            "{\"q\\\"\":\"\\\\ \\u000a \\u0001 \u{7f} \u{1f408}\",\"raw\":\"\\\\n\"}",
        ),
    ] {
        let call = format!("Key::ExtraMetadata({})", proc_macro2::Literal::string(text));
        assert_calls(&format!("extra_metadata = {object}"), &call);
    }
}

#[test]
fn a_second_attribute_is_taken_off() {
    let code = expanded_on("", "#[inline] #[kiss_task(x)] fn rail() {}");
    assert!(code.starts_with("# [inline] fn rail () { }"), "{code}");
}

#[test]
fn an_attribute_written_by_a_macro_is_read() {
    use proc_macro2::{Delimiter, Group, TokenTree};
    let wrapped = |source| TokenTree::Group(Group::new(Delimiter::None, tokens(source)));
    let (path, text) = (wrapped("a::b"), wrapped("\"smoke\""));
    let code = expand::kiss_task(
        quote::quote!(setup = #path, groups = [#text]),
        tokens("fn rail() {}"),
    )
    .to_string();
    assert!(!code.contains("compile_error"), "{code}");
}

#[test]
fn the_smallest_task_leaves_little_code() {
    fn count(tokens: TokenStream) -> usize {
        let size = |tree| match tree {
            proc_macro2::TokenTree::Group(group) => 2 + count(group.stream()),
            _ => 1,
        };
        tokens.into_iter().map(size).sum()
    }
    let item = tokens("fn rail() {}");
    let beside = count(expand::kiss_task(TokenStream::new(), item.clone())) - count(item);
    // Without what the macros `body!` and `submit!` make of it.
    assert!(beside <= 190, "{beside} tokens");
}
