//! Layer 1: in which order a parallel run starts its tasks. Pure; the same input gives the same answer.

mod bounds;
mod chance;
mod clique;
mod conflicts;
mod dispatch;
mod dispatch_plan;
mod error;
mod need;
mod power;
mod replanning;
mod rest;
mod rows;
mod search;
mod sharing;
mod simulated_run;
mod simulator;
mod stock;
mod tuning;
mod work_task;
mod workload;

pub use bounds::{Bounds, Limit};
pub(crate) use chance::Chance;
#[cfg(test)]
pub(crate) use dispatch::Mistake;
pub use dispatch::{DispatchTask, Dispatcher};
pub use dispatch_plan::{DispatchPlan, PlanBudget};
pub use error::WorkloadError;
pub use need::{Need, Share};
pub(crate) use replanning::Replanning;
pub use search::{FoundSchedule, SearchBudget, search};
pub use simulated_run::SimulatedRun;
pub use stock::Stock;
pub use work_task::WorkTask;
pub use workload::Workload;
