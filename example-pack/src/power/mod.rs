//! The 12 V rail.

pub mod current_limit;
pub mod group;
pub mod identify;
pub mod load;
pub mod switch_on;
