//! A file of parameters: what the original's runner called `--params`.

use std::path::Path;

use serde_json::Value;

use crate::config::{ConfigError, SourceText};

impl SourceText {
    /// The text as a document, by the file's suffix.
    ///
    /// # Errors
    /// If the suffix is unknown, or the text is not what the suffix says.
    pub(crate) fn document(&self) -> Result<Value, ConfigError> {
        let suffix = Path::new(&self.shown).extension();
        let suffix = suffix.map(|suffix| suffix.to_string_lossy().to_lowercase());
        match suffix.as_deref() {
            Some("json") => serde_json::from_str(&self.text).map_err(|source| ConfigError::Json {
                file: self.shown.clone(),
                source,
            }),
            Some("yaml" | "yml") => self.yaml(),
            _ => Err(ConfigError::Suffix {
                file: self.shown.clone(),
            }),
        }
    }

    #[cfg(feature = "yaml")]
    fn yaml(&self) -> Result<Value, ConfigError> {
        yaml_serde::from_str(&self.text).map_err(|source| ConfigError::Yaml {
            file: self.shown.clone(),
            source,
        })
    }

    #[cfg(not(feature = "yaml"))]
    fn yaml(&self) -> Result<Value, ConfigError> {
        Err(ConfigError::NoYaml {
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
