//! Texts that belong to a version of the compiler.

use std::process::Command;

/// The compiler whose words stand in `ui/fail/*.stderr` and in `kissats/public-api.txt`.
const WRITTEN_WITH: &str = "rustc 1.95.";

/// Why the texts cannot be compared; `None` if this compiler is the one that wrote them.
pub(crate) fn why_it_is_another() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc says its version");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    (!version.starts_with(WRITTEN_WITH)).then(|| {
        format!("skipped: the texts were written with {WRITTEN_WITH}x, and this is {version}")
    })
}
