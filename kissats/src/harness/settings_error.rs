//! What the user said that makes no sense.

use crate::config::ConfigError;
use crate::model::SchemaProblem;

/// A value from the command line or the environment that makes no sense.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    #[error("{origin}: {problem}")]
    Value {
        origin: &'static str,
        problem: SchemaProblem,
    },
    #[error("the default in the test target: {0}")]
    Default(SchemaProblem),
    #[error("--param {text}: expected KEY=VALUE, for example `--param serial=4711`")]
    Param { text: String },
    #[error(
        "--param {key}=…: `{key}` belongs to the run: use `--{key}`; tasks see it all the same"
    )]
    ParamOfTheRun { key: String },
    #[error(transparent)]
    Config(#[from] ConfigError),
}
