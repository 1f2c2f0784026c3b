//! A file with a document in it: what the original's runner called `--params`.

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use crate::config::SourceText;

/// Reads a document from a file: JSON, or YAML with the feature `yaml`; the suffix says which. The
/// original's function of the same name.
///
/// ```
/// # use kissats::{RunConfig, load_data_file};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = std::env::temp_dir().join(format!("kissats-doc-{}.json", std::process::id()));
/// # std::fs::write(&path, r#"{ "dut": "widget-a", "serial": 4711 }"#)?;
/// // bench.json: { "dut": "widget-a", "serial": 4711 }
/// let (config, params) = RunConfig::from_document(load_data_file(&path)?)?;
/// # std::fs::remove_file(&path)?;
/// assert_eq!(params.get::<u32>("serial")?, Some(4711));
/// # drop(config);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`DataFileError`] names the file, and says what would be right.
pub fn load_data_file(path: impl AsRef<Path>) -> Result<Value, DataFileError> {
    let path = path.as_ref();
    let file = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => SourceText { shown: file, text }.document(),
        Err(source) => Err(DataFileError::Read { file, source }),
    }
}

/// Why a file is no document. The original's `InvalidDataFile`.
///
/// ```
/// # use kissats::{DataFileError, load_data_file};
/// let error = load_data_file("nowhere/bench.json").unwrap_err();
/// assert!(matches!(error, DataFileError::Read { .. }));
/// assert!(error.to_string().starts_with("nowhere/bench.json: cannot be read"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataFileError {
    /// The system does not hand it out.
    #[error("{file}: cannot be read: {source}")]
    Read {
        /// Which file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// It is no JSON.
    #[error("{file}:{}:{}: no JSON: {source}", .source.line(), .source.column())]
    Json {
        /// Which file.
        file: String,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// It is no YAML.
    #[error("{file}: no YAML: {source}")]
    Yaml {
        /// Which file.
        file: String,
        /// What is wrong, and where.
        source: Box<dyn Error + Send + Sync>,
    },
    /// YAML is read only if it was compiled in.
    #[error(
        "{file}: YAML needs the feature `yaml` of kissats: `cargo add kissats --features yaml`; \
         .json needs none"
    )]
    NoYaml {
        /// Which file.
        file: String,
    },
    /// Its name says nothing about its form.
    #[error("{file}: expected a parameter file that ends in .json, .yaml or .yml")]
    Suffix {
        /// Which file.
        file: String,
    },
}

impl SourceText {
    /// The text as a document, by the file's suffix.
    ///
    /// # Errors
    /// If the suffix is unknown, or the text is not what the suffix says.
    pub(crate) fn document(&self) -> Result<Value, DataFileError> {
        let suffix = Path::new(&self.shown).extension();
        let suffix = suffix.map(|suffix| suffix.to_string_lossy().to_lowercase());
        match suffix.as_deref() {
            Some("json") => {
                serde_json::from_str(&self.text).map_err(|source| DataFileError::Json {
                    file: self.shown.clone(),
                    source,
                })
            }
            Some("yaml" | "yml") => self.yaml(),
            _ => Err(DataFileError::Suffix {
                file: self.shown.clone(),
            }),
        }
    }

    #[cfg(feature = "yaml")]
    fn yaml(&self) -> Result<Value, DataFileError> {
        yaml_serde::from_str(&self.text).map_err(|source| DataFileError::Yaml {
            file: self.shown.clone(),
            source: source.into(),
        })
    }

    #[cfg(not(feature = "yaml"))]
    fn yaml(&self) -> Result<Value, DataFileError> {
        Err(DataFileError::NoYaml {
            file: self.shown.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(name: &str, text: &str) -> Result<Value, String> {
        let source = SourceText {
            shown: name.to_owned(),
            text: text.to_owned(),
        };
        source.document().map_err(|error| error.to_string())
    }

    #[test]
    fn the_suffix_says_how_to_read() {
        assert_eq!(document("a.JSON", "{\"n\": 1}"), Ok(json!({ "n": 1 })));
        let broken = document("bench.json", "{\n  \"n\": }").unwrap_err();
        assert!(broken.starts_with("bench.json:2:8: no JSON: "), "{broken}");
        for name in ["bench.toml", "bench", ".json"] {
            let error = document(name, "").unwrap_err();
            assert!(error.contains("ends in .json, .yaml or .yml"), "{error}");
        }
    }

    #[cfg(feature = "yaml")]
    #[test]
    fn yaml_becomes_the_same_document() {
        let text = "dut: widget-a\nlimits: [1, 2.5]\nnested: {on: true, none: null}\n";
        let expected = json!({
            "dut": "widget-a", "limits": [1, 2.5], "nested": { "on": true, "none": null },
        });
        assert_eq!(document("bench.yaml", text), Ok(expected.clone()));
        assert_eq!(document("bench.yml", text), Ok(expected));
        let broken = document("bench.yaml", "a: [1").unwrap_err();
        assert!(broken.starts_with("bench.yaml: no YAML: "), "{broken}");
    }

    #[cfg(not(feature = "yaml"))]
    #[test]
    fn without_the_feature_its_name_is_told() {
        let error = document("bench.yaml", "a: 1").unwrap_err();
        assert!(
            error.contains("cargo add kissats --features yaml"),
            "{error}"
        );
    }
}
