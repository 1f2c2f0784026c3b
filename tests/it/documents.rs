//! What the pages show is what the program does.

use std::path::Path;

use kissats_tests::replay;

fn page(path: &str) {
    replay(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path));
}

#[test]
fn every_outcome_is_shown_as_it_is_printed() {
    page("docs/outcomes.md");
}

#[test]
fn the_readme_does_what_it_says() {
    page("README.md");
}

#[test]
fn what_tasks_write_is_shown_as_it_is_printed() {
    page("docs/output.md");
}

#[test]
fn every_setting_is_shown_with_its_origin() {
    page("docs/configuration.md");
}

#[test]
fn the_plan_of_a_run_is_shown_as_it_is_printed() {
    page("docs/scheduling.md");
}
