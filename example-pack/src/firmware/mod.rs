//! The firmware of the device.

pub mod boot;
pub mod calibration;
pub mod endurance;
pub mod update;
