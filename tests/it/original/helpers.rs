//! The functions beside the pack.

use kissats::{DataFileError, TaskPack, json, load_data_file};

use super::support::pack_of;

#[test]
fn a_document_may_come_from_any_text_that_is_json() {
    let document: kissats::Value =
        serde_json::from_str(r#"{ "dut": "widget-a", "serial": 4711 }"#).unwrap();
    assert_eq!(pack_of(document).dut().unwrap(), "widget-a");
}

#[test]
fn load_data_file_reads_by_the_suffix() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("load_data_file.JSON");
    std::fs::write(&path, r#"{ "dut": "widget-a", "serial": 4711 }"#).unwrap();
    let document = load_data_file(&path).unwrap();
    assert_eq!(pack_of(document).dut().unwrap(), "widget-a");
    let other = folder.join("load_data_file.txt");
    std::fs::write(&other, "{}").unwrap();
    let error = load_data_file(&other).unwrap_err();
    assert!(matches!(error, DataFileError::Suffix { .. }));
    let message = "expected a parameter file that ends in .json, .yaml or .yml";
    assert!(error.to_string().ends_with(message), "{error}");
}

#[test]
fn nothing_is_installed_while_a_run_starts() {
    for (document, words) in [
        (
            json!({ "task_package": "not_there", "package_version": ">=1" }),
            "the pack `not_there` is not linked",
        ),
        (
            json!({ "task_package": "dist/pack-1.0-py2-none-any.whl" }),
            "the pack `dist/pack_1.0_py2_none_any.whl` is not linked",
        ),
        (
            json!({ "ats_client": "auto", "ats": "not_there" }),
            "no ATS client is called `not_there`",
        ),
    ] {
        let error = TaskPack::from_document(document).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
}
