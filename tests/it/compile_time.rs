//! trybuild cases: `ui/pass` compiles, `ui/fail` says what its `.stderr` says.

use crate::compiler::why_it_is_another;

#[test]
fn sound_attributes_compile() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn mistakes_in_attributes_explain_themselves() {
    if let Some(why) = why_it_is_another() {
        println!("{why}");
        return;
    }
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}
