//! trybuild cases: `ui/pass` compiles, `ui/fail` says what its `.stderr` says.

#[test]
fn attributes_compile_or_explain_themselves() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*.rs");
}
