//! Tasks that are modules.

use crate::tests::reading::{expanded_on, mistakes_on};

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
