//! The values of keys: each file reads one kind from its tokens and says what was expected.

mod duration;
mod function;
mod json;
mod list;
mod number;
mod prereq;
mod retries;
mod text;
mod typed;
mod word;

pub(crate) use function::FunctionPath;
pub(crate) use json::Object;
pub(crate) use prereq::Prereq;
pub(crate) use retries::Retries;
pub(crate) use text::Text;
pub(crate) use typed::Value;
pub(crate) use word::Phase;
