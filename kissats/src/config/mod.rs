//! Layer 3: files in. What the user has written down, with the place of every value.

mod config_file;
mod data_file;
mod error;
mod origin;
mod resource_table;
mod run_table;
mod source_text;
mod toml_document;

pub(crate) use config_file::ConfigFile;
pub use data_file::{DataFileError, load_data_file};
pub(crate) use error::{ConfigError, Place};
pub(crate) use origin::{Origin, Sourced};
pub(crate) use resource_table::{PoolMember, ResourceTable};
pub(crate) use run_table::RunTable;
pub(crate) use source_text::SourceText;
