//! The shape of the original author's own sample package: three groups, in each a passing `a` and `b`,
//! a `c` that throws, and a `d` that depends on `c` and must end blocked.
//!
//! It fails on purpose, so it runs only when it is asked for:
//!
//! ```text
//! cargo test -p example-pack --test pack -- --ignored '[normal]' '[thread]' '[proc]'
//! ```
//!
//! `a` and `b` are written as modules, which is how the original writes every task.

pub mod normal;
pub mod proc;
pub mod thread;
