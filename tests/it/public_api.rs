//! What kissats shows to the world changes only where a review sees it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compiler::why_it_is_another;

#[test]
fn the_public_surface_is_the_one_that_was_reviewed() {
    if let Some(why) = why_it_is_another() {
        println!("{why}");
        return;
    }
    let page = kissats_folder().join("public-api.txt");
    let found = listing(&rustdoc_json());
    if std::env::var_os("KISSATS_BLESS").is_some() {
        std::fs::write(&page, found).expect("the listing can be written");
        return;
    }
    let listed = std::fs::read_to_string(&page).expect("the listing can be read");
    let differences = differences(&listed, &found);
    assert!(
        differences.is_empty(),
        "the public surface is not what kissats/public-api.txt lists:\n{differences}\n\
         if that is meant, write it down: KISSATS_BLESS=1 cargo test -p kissats-tests public_surface"
    );
}

pub(crate) fn kissats_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../kissats")
}

/// What rustdoc says of the library. It has a target folder of its own: `RUSTC_BOOTSTRAP` changes what
/// build scripts find, and everybody else would compile again.
pub(crate) fn rustdoc_json() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let finished = Command::new(cargo)
        .args(["rustdoc", "--quiet", "--lib", "--target-dir"])
        .arg(&target)
        .args(["--", "-Zunstable-options", "--output-format=json"])
        .args(["--cap-lints", "allow"])
        .current_dir(kissats_folder())
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .expect("cargo runs");
    assert!(
        finished.status.success(),
        "rustdoc failed:\n{}",
        String::from_utf8_lossy(&finished.stderr)
    );
    target.join("doc/kissats.json")
}

/// One item a line. Of a derived trait only that it is implemented: its methods say nothing. Of what
/// the prelude shows again only the name.
fn listing(json: &Path) -> String {
    let build = |without_derived| {
        public_api::Builder::from_rustdoc_json(json)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(without_derived)
            .build()
            .expect("rustdoc writes the format that public-api reads")
            .to_string()
    };
    let (all, written) = (build(false), build(true));
    let written: BTreeSet<&str> = written.lines().collect();
    let says_something = |line: &&str| {
        let is_impl = line.starts_with("impl") && !line.contains("StructuralPartialEq");
        let name = line.split_once("kissats::prelude::");
        let is_part_of_prelude = name.is_some_and(|(_, name)| name.contains("::"));
        (is_impl || written.contains(line)) && !is_part_of_prelude
    };
    let mut seen = BTreeSet::new();
    let mut lines: Vec<&str> = all.lines().filter(says_something).collect();
    // The prelude comes first, and its lines again where the types are.
    lines.reverse();
    lines.retain(|line| seen.insert(*line));
    lines.reverse();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The lines that only one of the two has.
fn differences(listed: &str, found: &str) -> String {
    let (listed, found): (BTreeSet<&str>, BTreeSet<&str>) =
        (listed.lines().collect(), found.lines().collect());
    let gone = listed.difference(&found).map(|line| format!("- {line}\n"));
    let new = found.difference(&listed).map(|line| format!("+ {line}\n"));
    gone.chain(new).collect()
}
