//! The test target of the pack: `cargo test -p example-pack`.
//!
//! It names the pack because the linker drops a crate that nothing names. Which device stands on the
//! bench, and what its instruments are set to, is in `.config/kissats.toml`.

kissats::main!(example_pack);
