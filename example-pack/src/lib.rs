//! A task pack for a bench with a power supply and a device, and the tutorial of kissats.
//!
//! `cargo test -p example-pack` runs it: the bench is simulated, the pack starts it itself, and the
//! tasks talk to it over real TCP sockets, as they would talk to instruments on a table.
//!
//! Every file shows one idea. Read them in this order:
//!
//! | file | idea |
//! | --- | --- |
//! | `power/identify.rs` | the smallest task |
//! | `lab.rs` | set-up and teardown of everything |
//! | `power/group.rs` | set-up and teardown of a group |
//! | `power/switch_on.rs` | resources and their configuration |
//! | `power/load.rs` | prerequisites, limits and measured values |
//! | `power/current_limit.rs` | a task that cleans up after itself |
//! | `firmware/boot.rs` | prerequisites in another file, time limits |
//! | `firmware/update.rs` | tasks that build on each other |
//! | `firmware/endurance.rs` | parameters and sub-results |
//! | `firmware/calibration.rs` | a task that skips itself |
//! | `widget_b.rs` | tasks for one device only |
//! | `sample/normal.rs` | tasks as modules; what fails and what is blocked |
//! | `../tests/pack.rs`, `../.config/kissats.toml` | the test target, and what it runs with |

pub mod bench;
pub mod firmware;
pub mod lab;
pub mod power;
pub mod sample;
pub mod widget_b;
