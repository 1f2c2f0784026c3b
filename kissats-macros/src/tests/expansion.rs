//! What the attribute writes.

use proc_macro2::TokenStream;

use crate::expand;
use crate::tests::reading::{expanded, expanded_on, tokens};

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
