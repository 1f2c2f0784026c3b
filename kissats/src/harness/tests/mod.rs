//! What flags, variables and files come to together.

mod flags;
mod precedence;
mod refusals;
mod reporter;
mod show_config;
mod support;
