//! The configuration file on disk.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::config::ConfigError;

/// Where the file lies in a package or a workspace, beside nextest's.
const PATH: &str = ".config/kissats.toml";

/// A text and the name under which people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceText {
    pub(crate) shown: String,
    pub(crate) text: String,
}

impl SourceText {
    /// The configuration of a package, or else of its workspace: the nearest folder upwards that has
    /// one, up to the one with the lock file. Shown as seen from the package, where tests run.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub(crate) fn find(package: &Path) -> Result<Option<Self>, ConfigError> {
        let mut shown = PATH.to_owned();
        for folder in package.ancestors() {
            match fs::read_to_string(folder.join(PATH)) {
                Ok(text) => return Ok(Some(Self { shown, text })),
                Err(source) if source.kind() == ErrorKind::NotFound => {}
                Err(source) => {
                    return Err(ConfigError::Read {
                        file: shown,
                        source,
                    });
                }
            }
            if folder.join("Cargo.lock").exists() {
                break;
            }
            shown.insert_str(0, "../");
        }
        Ok(None)
    }
}
