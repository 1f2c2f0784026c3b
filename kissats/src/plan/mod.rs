//! Layer 1: from all tasks to the ones that will run, and in which order. Pure.

mod by_step;
mod by_task;
mod catalog;
mod cycle;
mod eligibility;
mod error;
mod name_filter;
mod name_table;
mod narrowing;
mod offer;
mod pack_sizes;
mod reordered;
mod requirement;
mod run_plan;
mod selection;
#[cfg(test)]
pub(crate) mod tests;
mod undeclared;

pub(crate) use by_step::ByStep;
pub(crate) use catalog::Catalog;
pub(crate) use eligibility::own_reason;
pub(crate) use error::PlanError;
pub(crate) use name_filter::{NameFilter, show_name, shown_name};
pub(crate) use narrowing::Narrowing;
pub(crate) use pack_sizes::{PackSize, PackSizes};
pub(crate) use requirement::{Requirement, Why};
pub(crate) use run_plan::{PlannedTask, RunPlan, Step};
pub(crate) use selection::{IgnoredTasks, Selection};
pub(crate) use undeclared::undeclared;
