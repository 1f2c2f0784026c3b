//! Layer 2: the run as a pure state machine: an event in, actions out, `now` as an argument.

mod action;
mod ending;
mod event;
mod expected_run;
mod giving_up;
mod lanes;
mod line;
mod machine;
mod policy;
mod steps;
mod stopping;
mod task_run;
mod task_state;
#[cfg(test)]
mod tests;
mod turns;
mod virtual_run;
mod waiting;

pub(crate) use action::Action;
pub(crate) use event::Event;
pub use expected_run::{ExpectedRun, RunLimit};
pub(crate) use lanes::Lane;
pub(crate) use machine::Engine;
pub(crate) use policy::{Capacities, Policy};
pub use virtual_run::{VirtualRun, VirtualRunEnd, VirtualTask};
