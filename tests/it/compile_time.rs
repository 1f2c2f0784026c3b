//! trybuild cases: `ui/pass` compiles, `ui/fail` says what its `.stderr` says.

use std::process::Command;

/// The compiler whose words stand in the `.stderr` files.
const WRITTEN_WITH: &str = "rustc 1.95.";

#[test]
fn sound_attributes_compile() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn mistakes_in_attributes_explain_themselves() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc says its version");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(WRITTEN_WITH) {
        println!("skipped: the texts were written with {WRITTEN_WITH}x, and this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}
